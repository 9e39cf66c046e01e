import { type SQL, sql } from 'drizzle-orm';
import { versions } from './content.tables.ts';
import { rowsOf } from './database.ts';
import type { Perspective } from './perspective.ts';
import type { PerspectiveTables } from './tables.ts';

/** A statement found another content version than the one that is being read: what was read so far belongs to the past. */
export class ContentMoved extends Error {
  override readonly name = 'ContentMoved';
}

interface Found {
  readonly contentVersion: number;
  readonly found: true | null;
}

/**
 * One perspective at one content version. Every statement tells which version it saw, so that all that an operation
 * reads, in however many statements, is the content between the same two commits.
 */
export class Reading {
  readonly tables: PerspectiveTables;
  readonly version: number;
  readonly #perspective: Perspective;
  #hasMoved = false;

  constructor(perspective: Perspective, version: number) {
    this.#perspective = perspective;
    this.tables = perspective.tables;
    this.version = version;
  }

  /** Whether a statement has found another version: whatever this reading was for must begin anew. */
  get hasMoved(): boolean {
    return this.#hasMoved;
  }

  /** The rows of a select, in its sequence. Throws `ContentMoved`. */
  async rows<Row extends object>(select: SQL): Promise<Row[]> {
    const { drizzle, name } = this.#perspective;
    const rows = await rowsOf<Row & Found>(
      drizzle,
      sql`select v.version::float8 as "contentVersion", r.* from ${versions} v
          left join lateral (select true as found, q.* from (${select}) q) r on true
          where v.perspective = ${sql.raw(`'${name.toLowerCase()}'`)}`,
    );
    if (rows[0]?.contentVersion !== this.version) {
      this.#hasMoved = true;
      throw new ContentMoved(`expected content version ${this.version}, got ${rows[0]?.contentVersion}`);
    }
    return rows[0].found ? rows : [];
  }
}
