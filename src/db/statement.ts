import { fillPlaceholders, type SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';

/** A value for each `sql.placeholder` of a statement. */
export type Values = Readonly<Record<string, unknown>>;

/** A statement as the server is sent it. */
export interface Statement {
  readonly text: string;
  /** Values, and placeholders for those that differ from call to call. */
  readonly parameters: readonly unknown[];
}

const dialect = new PgDialect({ casing: 'snake_case' });

export function compile(select: SQL): Statement {
  const { sql: text, params } = dialect.sqlToQuery(select);
  return { text, parameters: params };
}

export function parametersOf({ parameters }: Statement, values: Values): unknown[] {
  return fillPlaceholders([...parameters], { ...values });
}

/** So many statements are prepared on each connection at most: what differs from all of them is sent as it is. */
const MAX_KEPT = 500;

const kept = new Map<string, Statement>();

/** The statement of this name: written and compiled when it is first asked for. */
export function keptStatement(name: string, write: () => SQL): { statement: Statement; isKept: boolean } {
  const known = kept.get(name);
  if (known) return { statement: known, isKept: true };
  const statement = compile(write());
  const isKept = kept.size < MAX_KEPT;
  if (isKept) kept.set(name, statement);
  return { statement, isKept };
}
