import { is, Placeholder, type SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';

/** A value for each `sql.placeholder` of a statement. */
export type Values = Readonly<Record<string, unknown>>;

/** A statement as the server is sent it. */
export interface Statement {
  readonly text: string;
  /** In their sequence: each a value, or the name of the placeholder that stands there. */
  readonly parameters: ReadonlyArray<{ readonly value: unknown } | { readonly name: string }>;
}

const dialect = new PgDialect({ casing: 'snake_case' });

export function compile(select: SQL): Statement {
  const { sql: text, params } = dialect.sqlToQuery(select);
  return { text, parameters: params.map((value) => (is(value, Placeholder) ? { name: value.name } : { value })) };
}

export function parametersOf({ parameters }: Statement, values: Values = {}): unknown[] {
  return parameters.map((parameter) => ('name' in parameter ? values[parameter.name] : parameter.value));
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
