declare const tag: unique symbol;

/**
 * A text in UTF-8, each byte of it one character. What a server sends is so cut, put together and
 * sent on as a string, which takes a fraction of the time that decoding and encoding do. What is
 * ASCII is the same either way.
 */
export type Utf8 = string & { readonly [tag]: true };

export function toUtf8(text: string): Utf8 {
  return fromBytes(Buffer.from(text));
}

export function fromBytes(bytes: Buffer): Utf8 {
  return bytes.toString('latin1') as Utf8;
}

/** Of a text that is known to be ASCII. */
export function ascii(text: string): Utf8 {
  return text as Utf8;
}

export function toBytes(utf8: Utf8): Buffer {
  return Buffer.from(utf8, 'latin1');
}

export function toText(utf8: Utf8): string {
  return toBytes(utf8).toString();
}

export function concat(...parts: readonly Utf8[]): Utf8 {
  return parts.join('') as Utf8;
}
