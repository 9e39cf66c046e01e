import { fillPlaceholders, type SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import { LRUCache } from 'lru-cache';

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

/**
 * Compiled statements by what they are made of. Connections keep them prepared, so there is a bound:
 * the one that was used longest ago makes room.
 */
export class Statements {
  readonly #known: LRUCache<string, Statement>;

  constructor(max: number) {
    this.#known = new LRUCache({ max });
  }

  get(name: string, write: () => SQL): Statement {
    const known = this.#known.get(name);
    if (known) return known;
    const statement = compile(write());
    this.#known.set(name, statement);
    return statement;
  }
}
