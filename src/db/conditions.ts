import { type SQL, sql } from 'drizzle-orm';
import type { Comparison, Joined } from '../lib/comparison.ts';

export type SqlType = 'boolean' | 'integer' | 'text' | 'timestamptz' | 'uuid';

/** The same as `holds` of lib/comparison.ts, in SQL. Undefined if nothing is asked. */
export function compared<Value>(
  column: SQL,
  type: SqlType,
  comparison: Comparison<Value> | null | undefined,
): SQL | undefined {
  if (comparison == null) return undefined;
  const { eq, ne, in: among, notIn, gt, gte, lt, lte, isNull } = comparison;
  const one = (operator: string, value: Value | null | undefined) =>
    value == null ? undefined : sql`${column} ${sql.raw(operator)} ${parameter(value, type)}`;
  return allOf([
    one('=', eq),
    one('is distinct from', ne),
    among == null ? undefined : sql`${column} = any(${listOf(among, type)})`,
    notIn == null ? undefined : sql`(${column} = any(${listOf(notIn, type)})) is not true`,
    one('>', gt),
    one('>=', gte),
    one('<', lt),
    one('<=', lte),
    isNull == null ? undefined : sql`${column} is ${sql.raw(isNull ? '' : 'not ')}null`,
  ]);
}

/** The same as `holdsJoined`, in SQL. `is not true`: what is absent makes a condition unknown, and then it does not hold. */
export function joined<Where>(
  { AND, OR, NOT }: Joined<Where>,
  toSql: (where: Where) => SQL | undefined,
): SQL | undefined {
  return allOf([
    ...(AND ?? []).map(toSql),
    OR == null ? undefined : anyOf(OR.map(toSql)),
    NOT == null ? undefined : sql`(${toSql(NOT) ?? sql`true`}) is not true`,
  ]);
}

/** Undefined, which asks nothing, if none of the conditions asks anything. */
export function allOf(conditions: readonly (SQL | undefined)[]): SQL | undefined {
  const asked = conditions.filter((condition) => condition !== undefined);
  return asked.length === 0 ? undefined : sql`(${sql.join(asked, sql` and `)})`;
}

function anyOf(conditions: readonly (SQL | undefined)[]): SQL | undefined {
  if (conditions.some((condition) => condition === undefined)) return undefined;
  return sql`(${sql.join([sql`false`, ...(conditions as SQL[])], sql` or `)})`;
}

function parameter(value: unknown, type: SqlType): SQL {
  return sql`${value instanceof Date ? value.toISOString() : value}::${sql.raw(type)}`;
}

/** A list as one parameter, whatever its length. */
function listOf(values: unknown, type: SqlType): SQL {
  return sql`${Array.isArray(values) ? arrayLiteral(values) : values}::${sql.raw(type)}[]`;
}

/** PostgreSQL's array literal, with every text quoted. */
export function arrayLiteral(values: readonly unknown[]): string {
  return `{${values.map((value) => `"${textOf(value).replace(/["\\]/g, '\\$&')}"`).join(',')}}`;
}

function textOf(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value);
}
