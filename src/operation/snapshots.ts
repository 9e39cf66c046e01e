import { EventEmitter } from 'node:events';
import { Catalogs } from '../catalog/catalogs.ts';
import type { Database } from '../db/database.ts';
import type { PerspectiveName } from '../db/perspective.ts';
import { createContext, type GraphContext } from '../loaders/context.ts';
import type { Deadline } from './deadline.ts';

/**
 * Commits come seconds apart and operations take milliseconds: more tries than this are never
 * needed.
 */
const TRIES = 5;

/** Gives each operation what it reads from: the content of one perspective, between the same two commits. */
export class Reads {
  /** Emits `change` whenever the content may have changed. */
  readonly changes = new EventEmitter();
  readonly #database: Database;
  readonly #catalogs: Catalogs;

  constructor(database: Database) {
    this.#database = database;
    this.#catalogs = new Catalogs(database);
    // Every subscription listens.
    this.changes.setMaxListeners(0);
    database.onChange(() => this.changes.emit('change'));
  }

  /** The content version as of now, where that is known without asking. */
  knownVersion(perspective: PerspectiveName): number | undefined {
    return this.#catalogs.knownVersion(perspective);
  }

  /** The content version as of now. */
  async version(perspective: PerspectiveName): Promise<number> {
    return (await this.#catalogs.current(perspective)).version;
  }

  /**
   * Executes anew if a commit came between two statements: no result mixes two content versions.
   */
  async execute<Result>(
    perspective: PerspectiveName,
    run: (context: GraphContext) => Result | Promise<Result>,
    deadline: Deadline,
  ): Promise<{ result: Result; version: number }> {
    for (let tried = 1; ; tried++) {
      const catalog = await this.#catalogs.current(perspective);
      const context = createContext(this.#database, perspective, catalog, deadline);
      const result = await run(context);
      const { hasMoved, version } = context.reading;
      if (!hasMoved || tried === TRIES) return { result, version };
      this.#catalogs.expire();
    }
  }
}
