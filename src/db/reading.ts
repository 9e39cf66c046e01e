import { type SQL, sql } from 'drizzle-orm';
import { versions } from './content.tables.ts';
import type { Asker, Database, Haste } from './database.ts';
import { type PerspectiveName, tablesOf } from './perspective.ts';
import { compile, keptStatement, parametersOf, type Values } from './statement.ts';
import type { PerspectiveTables } from './tables.ts';

/** A statement found another content version than the one that is being read: what was read so far belongs to the past. */
export class ContentMoved extends Error {
  override readonly name = 'ContentMoved';
}

/** A select, with a placeholder for each value that differs from call to call. */
export interface Select {
  /** Names what it is made of, but for the placeholders' values; none if that is never the same twice, as with filters. */
  readonly name?: string | undefined;
  readonly haste: Haste;
  readonly write: () => SQL;
}

/** What a statement gives: one row, as it takes less to read many from JSON than from the driver's protocol. */
interface Found<Row> {
  readonly contentVersion: number;
  /** Null if there are none. */
  readonly rows: Row[] | null;
}

/**
 * One perspective at one content version. Every statement tells which version it saw, so that all that an operation
 * reads, in however many statements, is the content between the same two commits.
 */
export class Reading {
  readonly tables: PerspectiveTables;
  readonly version: number;
  readonly #database: Database;
  readonly #perspective: PerspectiveName;
  readonly #asker: Asker | undefined;
  #hasMoved = false;

  constructor(database: Database, perspective: PerspectiveName, version: number, asker?: Asker) {
    this.#asker = asker;
    this.#database = database;
    this.#perspective = perspective;
    this.tables = tablesOf(perspective);
    this.version = version;
  }

  /** Whether a statement has found another version: whatever this reading was for must begin anew. */
  get hasMoved(): boolean {
    return this.#hasMoved;
  }

  /** The rows of a select, in its sequence. Throws `ContentMoved`. */
  async rows<Row extends object>({ name, haste, write }: Select, values: Values): Promise<Row[]> {
    const whole = () => withVersion(this.#perspective, write());
    const { statement, isKept } =
      name === undefined
        ? { statement: compile(whole()), isKept: false }
        : keptStatement(`${this.#perspective}:${name}`, whole);
    const [found] = await this.#database.query<Found<Row>>(statement.text, parametersOf(statement, values), {
      haste,
      prepare: isKept,
      asker: this.#asker,
    });
    if (found?.contentVersion !== this.version) {
      this.#hasMoved = true;
      throw new ContentMoved(`expected content version ${this.version}, got ${found?.contentVersion}`);
    }
    return found.rows ?? [];
  }
}

function withVersion(perspective: PerspectiveName, select: SQL): SQL {
  return sql`select v.version::float8 as "contentVersion", (select json_agg(r) from (${select}) r) as rows
    from ${versions} v where v.perspective = ${sql.raw(`'${perspective.toLowerCase()}'`)}`;
}
