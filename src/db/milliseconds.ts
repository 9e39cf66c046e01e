import { type SQL, sql } from 'drizzle-orm';

/** An instant as JavaScript counts it, a whole number of float8. (`extract` would count in numerics, which takes longer.) */
export function millisecondsOf(instant: SQL): SQL {
  return sql`round(date_part('epoch', ${instant}) * 1000)`;
}
