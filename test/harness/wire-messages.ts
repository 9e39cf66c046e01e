const PROTOCOL_3 = 0x30000;

/** Reads the types of a client's messages (PostgreSQL's protocol 3). What comes first has none. */
export function messageReader(onMessage: (type: string) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  let hasStarted = false;
  const onWhole = (message: Buffer) => {
    if (hasStarted) onMessage(String.fromCharCode(message.readUInt8(0)));
    // A request for encryption comes before the start proper.
    else hasStarted = message.readInt32BE(4) === PROTOCOL_3;
  };
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (let length = lengthOf(rest, hasStarted); length <= rest.length; length = lengthOf(rest, hasStarted)) {
      onWhole(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  };
}

/** Of the first message in there; infinite if that is not known yet. */
function lengthOf(bytes: Buffer, hasType: boolean): number {
  const start = hasType ? 1 : 0;
  return bytes.length < start + 4 ? Number.POSITIVE_INFINITY : start + bytes.readInt32BE(start);
}
