import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../db/database.ts';
import { FORMAT } from './documents/content-rows.ts';
import type { Parsed, ParsedBatch } from './documents/parse.ts';
import { parseAll } from './documents/parse-pool.ts';
import { addCounts } from './documents/unknown-keys.ts';
import type { RejectedFile } from './files/rejection.ts';
import { type FoundFile, keyOf, scanFolder } from './files/scan.ts';
import {
  addContent,
  beginRun,
  commitRun,
  type StagedFile,
  type StoredFile,
  setIndexAside,
  stageFiles,
  storedFiles,
} from './projection/store.ts';
import { emptyReport, type SyncReport } from './report.ts';

export interface SyncOptions {
  /** Remove from the database what is no longer in the folders. On by default. */
  readonly prune?: boolean;
  /** Report what would change, and change nothing. */
  readonly dryRun?: boolean;
  /**
   * Give files that were saved a moment ago and are rejected a second look: they may be
   * half-written.
   */
  readonly patient?: boolean;
  /** How many threads parse. One by default. */
  readonly threads?: number;
  /** Called as files are read. */
  readonly onProgress?: (read: number, total: number) => void;
}

/**
 * Makes the database say what the Markdown files of `folders` say: at once and whole, or not at
 * all. A file that cannot be read is reported and left out, as if it were not there; its former
 * document goes too. Throws `LockHeldError` while another sync runs on the same database.
 */
export async function sync(
  database: Database,
  folders: readonly string[],
  options: SyncOptions = {},
): Promise<SyncReport> {
  return database.withLock('sync', () => new Run(database, options).over(folders));
}

/** One sync while it runs. */
class Run {
  readonly #id = randomUUID();
  readonly #report = emptyReport();
  readonly #database: Database;
  readonly #options: SyncOptions;
  #stored: ReadonlyMap<string, StoredFile> = new Map();
  #staged = 0;

  constructor(database: Database, options: SyncOptions) {
    this.#database = database;
    this.#options = options;
  }

  async over(folders: readonly string[]): Promise<SyncReport> {
    const { seconds } = this.#report;
    await beginRun(this.#database, this.#id);
    this.#stored = await storedFiles(this.#database);
    if (this.#stored.size === 0 && !this.#options.dryRun) await setIndexAside(this.#database);
    const changed: FoundFile[] = [];
    seconds.scan = await timed(async () => {
      for (const folder of folders) changed.push(...(await this.#compare(folder)));
    });
    seconds.read = await timed(() => this.#read(changed));
    seconds.commit = await timed(() => this.#commit());
    return this.#report;
  }

  /**
   * Finds the files that may have changed since the last sync, and stages the removal of those that
   * are gone.
   */
  async #compare(folder: string): Promise<FoundFile[]> {
    const { files, rejected } = await scanFolder(folder);
    for (const file of rejected) await this.#reject(file);
    const present = new Set([...files, ...rejected].map((file) => file.path));
    if (this.#options.prune !== false) await this.#removeMissing(folder, present);
    const changed = files.filter((file) => !isUnchanged(file, this.#stored.get(file.path)));
    this.#report.unchanged += files.length - changed.length;
    return changed;
  }

  async #removeMissing(folder: string, present: ReadonlySet<string>): Promise<void> {
    const prefix = keyOf(folder) === '' ? '' : `${keyOf(folder)}/`;
    const gone = [...this.#stored.keys()].filter((path) => path.startsWith(prefix) && !present.has(path));
    await this.#stage(gone.map(removal));
    this.#report.removed += gone.length;
  }

  async #read(found: readonly FoundFile[]): Promise<void> {
    let read = 0;
    for await (const batch of this.#parse(found, this.#options.threads)) {
      await this.#take(batch);
      read += batch.files.length;
      this.#options.onProgress?.(read, found.length);
    }
  }

  async #take(batch: ParsedBatch): Promise<void> {
    const again: FoundFile[] = [];
    const staged: StagedFile[] = [];
    const readAt = Date.now();
    for (const parsed of batch.files) {
      if (!('rejected' in parsed)) staged.push(this.#accept(parsed, readAt));
      else if (this.#options.patient && isFresh(parsed.file, readAt)) again.push(parsed.file);
      else await this.#reject(parsed.rejected);
    }
    addCounts(this.#report.unknownKeys, batch.unknownKeys);
    await this.#stage(staged);
    if (!this.#options.dryRun) await addContent(this.#database, batch);
    if (again.length > 0) await this.#readAgain(again);
  }

  async #readAgain(files: readonly FoundFile[]): Promise<void> {
    await sleep(PATIENCE_MS);
    const found = await Promise.all(files.map(lookAgain));
    const present = found.filter((file) => file !== null);
    for await (const batch of this.#parse(present)) await this.#take(batch);
  }

  #parse(files: readonly FoundFile[], threads = 1): AsyncGenerator<ParsedBatch> {
    return parseAll(files, threads, (path) => this.#stored.get(path)?.documentId);
  }

  #accept({ file, documentId }: Parsed & { documentId: string }, readAt: number): StagedFile {
    const before = this.#stored.get(file.path);
    if (!before) this.#report.added += 1;
    else if (before.documentId !== documentId) this.#report.changed += 1;
    else this.#report.unchanged += 1;
    // A file may be saved again within the same tick of its clock: what was read that soon is not
    // trusted next time.
    const modified = isFresh(file, readAt) ? NOT_TRUSTED : file.modified;
    return { ...file, modified, documentId, format: FORMAT };
  }

  async #reject(rejected: RejectedFile): Promise<void> {
    this.#report.rejected.push(rejected);
    if (!this.#stored.has(rejected.path)) return;
    await this.#stage([removal(rejected.path)]);
    this.#report.removed += 1;
  }

  async #stage(files: readonly StagedFile[]): Promise<void> {
    if (this.#options.dryRun) return;
    this.#staged += files.length;
    await stageFiles(this.#database, this.#id, files);
  }

  async #commit(): Promise<void> {
    if (this.#staged > 0) await commitRun(this.#database, this.#id);
    this.#report.rejected.sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}

/** How long a file that was just saved may need to be written to its end. */
const PATIENCE_MS = 300;
const FRESH_MS = 2_000;
const NOT_TRUSTED = -1;

function isFresh(file: FoundFile, now: number): boolean {
  return now - file.modified < FRESH_MS;
}

function isUnchanged(file: FoundFile, stored: StoredFile | undefined): boolean {
  return stored?.size === file.size && stored.modified === file.modified && stored.format === FORMAT;
}

async function lookAgain({ path }: FoundFile): Promise<FoundFile | null> {
  const stats = await stat(path).catch(() => null);
  // Settled or not, this look counts: an old time keeps it from being looked at forever.
  return stats && { path, size: stats.size, modified: Math.trunc(stats.mtimeMs) - FRESH_MS };
}

function removal(path: string): StagedFile {
  return { path, documentId: null, size: null, modified: null, format: null };
}

/** In seconds, to the millisecond. */
async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return Math.round(performance.now() - start) / 1000;
}
