import { isInstant } from './instant.ts';

/** How a key of an order is written in a cursor, and checked when it comes back. */
export type KeyType = 'instant' | 'integer' | 'number' | 'text' | 'uuid';

export type KeyValue = Date | number | string;

/**
 * A total order of a list: rows are compared by their keys, all in one direction, and no two rows
 * have the same keys. `name` ties a cursor to its order.
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
  /** Whether to look behind the range too: `Page.isBehind` is wanted. */
  readonly looksBehind?: boolean;
}

/** Rows in list order; `more` says whether the range holds others beyond the limit. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly more: boolean;
  /**
   * Whether the list has rows at the cursor where reading began, and behind it; undefined if the
   * page is empty.
   */
  readonly isBehind?: boolean;
}

/**
 * Makes a page of what a query read for `window`: up to one row over the limit, in the direction of
 * reading.
 */
export function toPage<Row>(read: readonly Row[], { limit, backward, looksBehind }: Window): Page<Row> {
  const rows = read.slice(0, limit);
  const [first] = read as readonly { readonly isBehind?: boolean | null }[];
  return {
    rows: backward ? rows.reverse() : rows,
    more: read.length > limit,
    ...(looksBehind && first && { isBehind: first.isBehind === true }),
  };
}

/** The page of a list that is in memory, and in order. */
export function pageOfSorted<Row extends object>(order: Order, sorted: readonly Row[], window: Window): Page<Row> {
  const { after, before, backward, limit, inclusive = false } = window;
  const isWithin = (row: Row) => {
    const position = positionOf(order, row);
    const fromAfter = after ? comparePositions(order, position, after) : 1;
    const toBefore = before ? comparePositions(order, before, position) : 1;
    return inclusive ? fromAfter >= 0 && toBefore >= 0 : fromAfter > 0 && toBefore > 0;
  };
  const range = after || before ? sorted.filter(isWithin) : sorted;
  return toPage(backward ? range.slice(-limit - 1).reverse() : range.slice(0, limit + 1), window);
}

export function sortedBy<Row extends object>(order: Order, rows: readonly Row[]): Row[] {
  return rows.toSorted((a, b) => comparePositions(order, positionOf(order, a), positionOf(order, b)));
}

function comparePositions({ descending }: Order, a: Position, b: Position): number {
  for (const [i, left] of a.entries()) {
    const right = b[i] as KeyValue;
    if (left < right) return descending ? 1 : -1;
    if (left > right) return descending ? -1 : 1;
  }
  return 0;
}

export function positionOf(order: Order, row: object): Position {
  return order.keys.map(({ name }) => (row as Record<string, unknown>)[name] as KeyValue);
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
const MAX_INT = 2 ** 31;

const DECODERS: Readonly<Record<KeyType, (value: unknown) => KeyValue | null>> = {
  uuid: (value) => (typeof value === 'string' && UUID.test(value) ? value : null),
  text: (value) => (typeof value === 'string' ? value : null),
  number: (value) => (typeof value === 'number' ? value : null),
  integer: (value) => (Number.isSafeInteger(value) && isInt(value as number) ? (value as number) : null),
  instant: (value) => (Number.isSafeInteger(value) && isInstant(value as number) ? new Date(value as number) : null),
};

function decodeKey(type: KeyType, value: unknown): KeyValue | null {
  return DECODERS[type](value);
}

function isInt(value: number): boolean {
  return value >= -MAX_INT && value < MAX_INT;
}
