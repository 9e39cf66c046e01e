/** JSON that is put together: a text, or pieces, some of them bytes as a server sent them, which need not become a text. */
export type Json = string | Pieces;
type Pieces = ReadonlyArray<string | Buffer>;

/** An object of values that are JSON. */
export function toObject(keys: readonly string[], values: readonly Json[]): Json {
  if (values.every(isText)) return `{${values.map((value, i) => `"${keys[i]}":${value}`).join()}}`;
  const members = values.flatMap((value, i) => [`${i === 0 ? '{' : ','}"${keys[i]}":`, ...piecesOf(value)]);
  return [...members, '}'];
}

export function enclose(before: string, json: Json, after: string): Json {
  return isText(json) ? before + json + after : [before, ...json, after];
}

/** In one piece: a text, or bytes in UTF-8. */
export function inOne(json: Json): string | Buffer {
  return isText(json) ? json : Buffer.concat(json.map((piece) => (isText(piece) ? Buffer.from(piece) : piece)));
}

function isText(json: Json | Buffer): json is string {
  return typeof json === 'string';
}

function piecesOf(json: Json): Pieces {
  return isText(json) ? [json] : json;
}
