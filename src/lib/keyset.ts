/** How a key of an order is written in a cursor, and checked when it comes back. */
export type KeyType = 'instant' | 'integer' | 'uuid';

export type KeyValue = Date | number | string;

/**
 * A total order of a list: rows are compared by their keys, all in one direction, and no two rows have the
 * same keys. `name` ties a cursor to its order.
 */
export interface Order {
  readonly name: string;
  readonly descending: boolean;
  /** Key names are the fields of a row. */
  readonly keys: ReadonlyArray<{ readonly name: string; readonly type: KeyType }>;
}

/** A place in an order: the keys of the row that is there, or was. */
export type Position = readonly KeyValue[];

/** The part of a list that is asked for. */
export interface Window {
  /** How many rows at most. Queries read one more, to learn whether there is more. */
  readonly limit: number;
  /** Whether the rows wanted are the last of the range rather than the first. */
  readonly backward: boolean;
  readonly after?: Position;
  readonly before?: Position;
  /** Whether the range includes the rows at `after` and `before` themselves. */
  readonly inclusive?: boolean;
}

/** Rows in list order; `more` says whether the range holds others beyond the limit. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly more: boolean;
}

/** Makes a page of what a query read for `window`: up to one row over the limit, in the direction of reading. */
export function toPage<Row>(read: readonly Row[], { limit, backward }: Window): Page<Row> {
  const rows = read.slice(0, limit);
  return { rows: backward ? rows.reverse() : rows, more: read.length > limit };
}

export function positionOf(order: Order, row: Readonly<Record<string, unknown>>): Position {
  return order.keys.map(({ name }) => row[name] as KeyValue);
}

/** An opaque cursor (Relay's Cursor Connections): which order, and where in it. */
export function encodeCursor(order: Order, position: Position): string {
  const values = position.map((value) => (value instanceof Date ? value.getTime() : value));
  return Buffer.from(JSON.stringify([order.name, ...values])).toString('base64url');
}

/** The position that a cursor of this order names, or null if the text is not one. */
export function decodeCursor(order: Order, text: string): Position | null {
  const parsed = parseJson(Buffer.from(text, 'base64url').toString());
  if (!Array.isArray(parsed) || parsed.length !== order.keys.length + 1 || parsed[0] !== order.name) return null;
  const position = order.keys.map(({ type }, i) => decodeKey(type, parsed[i + 1]));
  if (!position.every((value) => value !== null)) return null;
  return encodeCursor(order, position) === text ? position : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const MAX_INT = 2 ** 31 - 1;
/** The years that both PostgreSQL and RFC 3339 can say. */
const FIRST_INSTANT = Date.parse('0001-01-01T00:00:00Z');
const LAST_INSTANT = Date.parse('9999-12-31T23:59:59.999Z');

function decodeKey(type: KeyType, value: unknown): KeyValue | null {
  if (type === 'uuid') return typeof value === 'string' && UUID.test(value) ? value : null;
  if (!Number.isSafeInteger(value)) return null;
  const number = value as number;
  if (type === 'integer') return Math.abs(number) <= MAX_INT ? number : null;
  return number >= FIRST_INSTANT && number <= LAST_INSTANT ? new Date(number) : null;
}
