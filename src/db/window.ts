import { and, asc, desc, type SQL, sql } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Order, Position, Window } from '../lib/keyset.ts';

/** The columns that bear an order's keys, in its sequence. */
export type KeyColumns = readonly PgColumn[];

/** The condition and the sequence under which a query reads exactly `window`, and the limit that shows if there is more. */
export function windowOf(order: Order, columns: KeyColumns, window: Window) {
  const { limit, backward, after, before, inclusive = false } = window;
  const downward = order.descending !== backward;
  const forwardSign = order.descending ? '<' : '>';
  const backwardSign = order.descending ? '>' : '<';
  return {
    where: and(
      after && compare(order, columns, forwardSign, inclusive, after),
      before && compare(order, columns, backwardSign, inclusive, before),
    ),
    orderBy: columns.map((column) => (downward ? desc(column) : asc(column))),
    limit: limit + 1,
  };
}

const SQL_TYPES = { instant: 'timestamptz', integer: 'integer', uuid: 'uuid' } as const;

/** A comparison of whole rows, which an index on the same columns answers directly. */
function compare(order: Order, columns: KeyColumns, sign: '<' | '>', inclusive: boolean, position: Position): SQL {
  const values = order.keys.map(({ type }, i) => {
    const value = position[i];
    return sql`${value instanceof Date ? value.toISOString() : value}::${sql.raw(SQL_TYPES[type])}`;
  });
  return sql`(${sql.join([...columns], sql`, `)}) ${sql.raw(inclusive ? `${sign}=` : sign)} (${sql.join(values, sql`, `)})`;
}

/** Ids as one parameter, whatever their number. */
export function uuidArray(ids: readonly string[]): SQL {
  return sql`${`{${ids.join(',')}}`}::uuid[]`;
}

/** `from` for a query that reads something of each parent: joined laterally, `parents.id` is the parent at hand. */
export function parentsOf(ids: readonly string[]): SQL {
  return sql`unnest(${uuidArray(ids)}) with ordinality as parents (id, n)`;
}

export const parentId = sql<string>`parents.id`;
export const parentIndex = sql`parents.n`;
