import type { SQL } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type { Utf8 } from '../lib/utf8.ts';
import type { PerspectiveName } from './perspective.ts';
import type { QueryClass } from './query-class.ts';

/** Drizzle over either engine. */
export type Drizzle = PgDatabase<PgQueryResultHKT>;

/** One open database, embedded or a server: all that the rest of newsgraph knows of a driver. */
export interface Database {
  /** What messages call it: `PGlite in .newsgraph`, `PostgreSQL at db.example:5432/news`. */
  readonly name: string;
  readonly drizzle: Drizzle;
  /**
   * The rows of one statement that only reads, each as an object. Scans do not keep indexed statements waiting.
   * Throws `DatabaseUnavailable` and `StatementTimeout` (failures.ts), and the requester's reason to wait no longer.
   */
  query<Row>(text: string, parameters: unknown[], how: QueryOptions): Promise<Row[]>;
  /** The same, each row as the server writes it: for what is passed on as it is, and need not be decoded. */
  raw(text: string, parameters: unknown[], how: QueryOptions): Promise<RawRow[]>;
  /**
   * Runs several statements, without parameters, as one message of the simple query protocol: the server
   * itself makes them one transaction, so no failure of driver or connection can commit a part of them.
   */
  script(statements: string): Promise<void>;
  /**
   * Runs `work` while no other process holds the lock of this name on this database.
   * Throws `LockHeldError` at once when another does.
   */
  withLock<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Calls `listener` whenever the content may have changed: after a script of this process, and when a commit tells of itself. */
  onChange(listener: NewsListener): void;
  /** Begins to hear of the commits of other processes; resolves when it does. */
  listen(): Promise<void>;
  /** Whether every change is heard of. While it is not, what was read before may be out of date without notice. */
  isListening(): boolean;
  /** Applies the migrations of `folder` that are missing. */
  migrate(folder: string): Promise<void>;
  close(): Promise<void>;
}

/** The columns in their sequence. */
export type RawRow = ReadonlyArray<Utf8 | null>;

export interface PlanOptions {
  readonly queryClass: QueryClass;
  /** Whether it will come again with other parameters, and is to be planned once for all of them. */
  readonly prepare: boolean;
}

export interface QueryOptions extends PlanOptions {
  /** The embedded engine finishes what it has begun. */
  readonly requester?: Requester | undefined;
}

/** Whoever waits for an answer. */
export interface Requester {
  /** Why nobody does any more; null while somebody does. */
  whyGone(): Error | null;
}

/** What a commit tells: the perspective that has changed, and its content version from now on. */
export interface News {
  readonly perspective: PerspectiveName;
  readonly version: number;
}

/** Without news there is reason to look, and nothing is known. */
export type NewsListener = (news?: News) => void;

export class LockHeldError extends Error {
  override readonly name = 'LockHeldError';
}

/** Called with the text of each statement before it is sent. */
export type StatementListener = (statement: string) => void;

/** The rows of a statement written as SQL, typed by the caller, on either engine. */
export async function rowsOf<Row>(drizzle: Drizzle, statement: SQL): Promise<Row[]> {
  const result: unknown = await drizzle.execute(statement);
  return (Array.isArray(result) ? result : (result as { rows: unknown[] }).rows) as Row[];
}
