import { type SQL, sql } from 'drizzle-orm';
import { versions } from './content.tables.ts';
import type { Database, RawRow, Requester } from './database.ts';
import { type PerspectiveName, tablesOf } from './perspective.ts';
import type { QueryClass } from './query-class.ts';
import { compile, parametersOf, type Statement, Statements, type Values } from './statement.ts';
import type { PerspectiveTables } from './tables.ts';

/** A statement found another content version than the one that is being read: what was read so far belongs to the past. */
export class ContentMoved extends Error {
  override readonly name = 'ContentMoved';
}

/** A select, with a placeholder for each value that differs from call to call. */
export interface Select {
  /** Names what it is made of, but for the placeholders' values; none if that is never the same twice, as with filters. */
  readonly name?: string | undefined;
  readonly queryClass: QueryClass;
  readonly write: () => SQL;
}

/** One that writes an answer. */
type WritingSelect = Select & { readonly name: string };

/** What each statement tells first. */
interface Found {
  readonly contentVersion: number;
}

const statements = new Statements(700);

/**
 * One perspective at one content version. Every statement tells which version it saw, so that all that an operation
 * reads, in however many statements, is the content between the same two commits.
 */
export class Reading {
  readonly tables: PerspectiveTables;
  readonly version: number;
  readonly #database: Database;
  readonly #perspective: PerspectiveName;
  readonly #requester: Requester | undefined;
  #hasMoved = false;

  constructor(database: Database, perspective: PerspectiveName, version: number, requester?: Requester) {
    this.#database = database;
    this.#requester = requester;
    this.#perspective = perspective;
    this.tables = tablesOf(perspective);
    this.version = version;
  }

  /** Whether a statement has found another version: whatever this reading was for must begin anew. */
  get hasMoved(): boolean {
    return this.#hasMoved;
  }

  /** The rows of a select, in its sequence. Throws `ContentMoved`. */
  async rows<Row extends object>({ name, queryClass, write }: Select, values: Values): Promise<Row[]> {
    // One row of JSON: on the embedded engine it takes less to read than many, on the other no more.
    const whole = () => this.#withVersion(sql`select (select json_agg(r) from (${write()}) r) as rows`);
    const known = name === undefined ? undefined : statements.get(`${this.#perspective}:${name}`, whole);
    const { rows } = await this.#ask<{ rows: Row[] | null }>(
      known ?? compile(whole()),
      values,
      queryClass,
      known !== undefined,
    );
    return rows ?? [];
  }

  /**
   * The one row of a select that writes an answer, each column as the server writes it, in their
   * sequence. Throws `ContentMoved`.
   */
  async written({ name, queryClass, write }: WritingSelect, values: Values): Promise<RawRow> {
    const statement = statements.get(`${this.#perspective}:${name}`, () => this.#withVersion(write()));
    const how = { queryClass, prepare: true, requester: this.#requester };
    const [row = []] = await this.#database.raw(statement.text, parametersOf(statement, values), how);
    const [version, ...columns] = row;
    this.#expectVersion(Number(version));
    return columns;
  }

  async #ask<Row>(statement: Statement, values: Values, queryClass: QueryClass, prepare: boolean): Promise<Row> {
    const parameters = parametersOf(statement, values);
    const how = { queryClass, prepare, requester: this.#requester };
    const [found] = await this.#database.query<Row & Found>(statement.text, parameters, how);
    this.#expectVersion(found?.contentVersion);
    return found as Row;
  }

  #expectVersion(version: number | undefined): void {
    if (version === this.version) return;
    this.#hasMoved = true;
    throw new ContentMoved(`expected content version ${this.version}, got ${version}`);
  }

  /** `select` gives one row. */
  #withVersion(select: SQL): SQL {
    return sql`select v.version::float8 as "contentVersion", r.* from ${versions} v cross join lateral (${select}) r
      where v.perspective = ${sql.raw(`'${this.#perspective.toLowerCase()}'`)}`;
  }
}
