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

/** Statements by name, each written and compiled when it is first asked for. Connections keep them prepared, so there is a bound. */
export class Statements {
  readonly #kept = new Map<string, Statement>();
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  /** Undefined where there are as many as may be, and it is not among them. */
  get(name: string, write: () => SQL): Statement | undefined {
    const known = this.#kept.get(name);
    if (known || this.#kept.size === this.#max) return known;
    const statement = compile(write());
    this.#kept.set(name, statement);
    return statement;
  }
}
