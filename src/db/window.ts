import { type SQL, sql } from 'drizzle-orm';
import type { KeyType, Order, Position, Window } from '../lib/keyset.ts';
import { allOf } from './conditions.ts';
import type { Values } from './statement.ts';

/** The column, or expression, of each key of an order. */
export type KeyColumns = Readonly<Record<string, SQL>>;

/** The condition and the sequence under which a query reads exactly `window`; `windowValues` fills its placeholders. */
export function windowOf(
  order: Order,
  columns: KeyColumns,
  { limit, backward, after, before, inclusive = false }: Window,
) {
  const keys = order.keys.map(({ name }) => columns[name] as SQL);
  const direction = sql.raw(order.descending !== backward ? 'desc' : 'asc');
  const equal = inclusive ? '=' : '';
  const onward = (order.descending ? '<' : '>') + equal;
  const back = (order.descending ? '>' : '<') + equal;
  return {
    where: allOf([
      after && compare(order, keys, onward, `${name}after`),
      before && compare(order, keys, back, `${name}before`),
    ]),
    orderBy: sql.join(
      keys.map((key) => sql`${key} ${direction}`),
      sql`, `,
    ),
    limit: rowLimit(limit),
  };
}

/** The condition and the sequence of what lies behind a window: at the cursor where reading begins, and beyond. */
export function behindOf(
  order: Order,
  columns: KeyColumns,
  { backward, name = '' }: Pick<Window, 'backward' | 'name'>,
) {
  const keys = order.keys.map(({ name }) => columns[name] as SQL);
  const isDescending = order.descending === backward;
  return {
    where: compare(order, keys, isDescending ? '<=' : '>=', `${name}${backward ? 'before' : 'after'}`),
    orderBy: sql.join(
      keys.map((key) => sql`${key} ${sql.raw(isDescending ? 'desc' : 'asc')}`),
      sql`, `,
    ),
  };
}

/**
 * One row more than the limit shows if there is more. It is part of the text, as a planner that does
 * not know it expects a tenth of the table. There are at most 101 of them.
 */
export function rowLimit(limit: number): SQL {
  return sql.raw(String(limit + 1));
}

export function windowValues({ after, before, name = '' }: Window): Values {
  return { ...positionValues(`${name}after`, after), ...positionValues(`${name}before`, before) };
}

/** What of a window makes its statement another one. */
export function windowName({ limit, backward, after, before, inclusive, looksBehind }: Window): string {
  return [
    String(limit),
    backward && 'backward',
    after && 'after',
    before && 'before',
    inclusive && 'inclusive',
    looksBehind && 'behind',
  ]
    .filter(Boolean)
    .join();
}

/** An instant is sent as text, or the driver would read it only to write it again. */
const SQL_TYPES: Readonly<Record<KeyType, string>> = {
  instant: 'text::timestamptz',
  integer: 'integer',
  number: 'float8',
  text: 'text',
  uuid: 'uuid',
};

/** A comparison of whole rows, which an index on the same columns answers directly. */
function compare(order: Order, keys: readonly SQL[], sign: string, side: string): SQL {
  const values = order.keys.map(({ type }, i) => sql`${sql.placeholder(`${side}${i}`)}::${sql.raw(SQL_TYPES[type])}`);
  return sql`(${sql.join([...keys], sql`, `)}) ${sql.raw(sign)} (${sql.join(values, sql`, `)})`;
}

function positionValues(side: string, position: Position = []): Values {
  return Object.fromEntries(
    position.map((value, i) => [`${side}${i}`, value instanceof Date ? value.toISOString() : value]),
  );
}

/** Ids as one parameter, whatever their number. */
export function uuidArray(ids: readonly string[]): SQL {
  return sql`${uuids(ids)}::uuid[]`;
}

/** Ids as the value of a placeholder. */
export function uuids(ids: readonly string[]): string {
  return `{${ids.join(',')}}`;
}
