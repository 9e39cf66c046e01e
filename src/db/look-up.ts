import { type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';

/**
 * Joins the row `alias` whose id each row before it names. Lateral and limited, so it is a look into
 * the index for each row, however many rows the planner expects: without statistics it expects two
 * hundredths of a table, and would read the whole other table to join them.
 */
export function lookUp(table: PgTable, alias: string, id: string): SQL {
  const row = sql.raw(alias);
  return sql`cross join lateral (select * from ${table} ${row} where ${row}.id = ${sql.raw(id)} limit 1) ${row}`;
}
