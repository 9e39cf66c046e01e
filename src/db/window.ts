import { type SQL, sql } from 'drizzle-orm';
import type { KeyType, Order, Position, Window } from '../lib/keyset.ts';
import { allOf } from './conditions.ts';

/** The column, or expression, of each key of an order. */
export type KeyColumns = Readonly<Record<string, SQL>>;

/** The condition and the sequence under which a query reads exactly `window`, and the limit that shows if there is more. */
export function windowOf(order: Order, columns: KeyColumns, window: Window) {
  const { limit, backward, after, before, inclusive = false } = window;
  const keys = order.keys.map(({ name }) => columns[name] as SQL);
  const direction = sql.raw(order.descending !== backward ? 'desc' : 'asc');
  const forwardSign = order.descending ? '<' : '>';
  const backwardSign = order.descending ? '>' : '<';
  return {
    where: allOf([
      after && compare(order, keys, forwardSign, inclusive, after),
      before && compare(order, keys, backwardSign, inclusive, before),
    ]),
    orderBy: sql.join(
      keys.map((key) => sql`${key} ${direction}`),
      sql`, `,
    ),
    limit: limit + 1,
  };
}

const SQL_TYPES: Readonly<Record<KeyType, string>> = {
  instant: 'timestamptz',
  integer: 'integer',
  number: 'float8',
  text: 'text',
  uuid: 'uuid',
};

/** A comparison of whole rows, which an index on the same columns answers directly. */
function compare(order: Order, keys: readonly SQL[], sign: '<' | '>', inclusive: boolean, position: Position): SQL {
  const values = order.keys.map(({ type }, i) => {
    const value = position[i];
    return sql`${value instanceof Date ? value.toISOString() : value}::${sql.raw(SQL_TYPES[type])}`;
  });
  return sql`(${sql.join([...keys], sql`, `)}) ${sql.raw(inclusive ? `${sign}=` : sign)} (${sql.join(values, sql`, `)})`;
}

/** Ids as one parameter, whatever their number. */
export function uuidArray(ids: readonly string[]): SQL {
  return sql`${`{${ids.join(',')}}`}::uuid[]`;
}
