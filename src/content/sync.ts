import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Database } from '../db/database.ts';
import { type ContentRows, documentIdOf, FORMAT, toContentRows } from './content-rows.ts';
import { readFrontMatter } from './front-matter.ts';
import { Rejection } from './rejection.ts';
import { emptyReport, type SyncReport } from './report.ts';
import { type FoundFile, keyOf, scanFolder, unreadable } from './scan.ts';
import { addContent, beginRun, commitRun, type StagedFile, type StoredFile, stageFiles, storedFiles } from './store.ts';
import { toDocument } from './validate.ts';

const MAX_BYTES = 2_000_000;
const BATCH = 100;

export interface SyncOptions {
  /** Remove from the database what is no longer in the folders. On unless told. */
  readonly prune?: boolean;
  /** Report what would change, and change nothing. */
  readonly dryRun?: boolean;
}

/**
 * Makes the database say what the Markdown files of `folders` say: at once and whole, or not at all.
 * A file that cannot be read is reported and left out, as if it were not there; its former document goes too.
 * Throws `LockHeldError` while another sync runs on the same database.
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
  readonly #prune: boolean;
  readonly #dryRun: boolean;
  #staged = 0;
  #stored: Map<string, StoredFile> = new Map();

  constructor(database: Database, { prune = true, dryRun = false }: SyncOptions) {
    this.#database = database;
    this.#prune = prune;
    this.#dryRun = dryRun;
  }

  async over(folders: readonly string[]): Promise<SyncReport> {
    await beginRun(this.#database, this.#id);
    this.#stored = await storedFiles(this.#database);
    const changed: FoundFile[] = [];
    for (const folder of folders) changed.push(...(await this.#compare(folder)));
    for (let from = 0; from < changed.length; from += BATCH) {
      await this.#read(changed.slice(from, from + BATCH));
    }
    if (this.#staged > 0) await commitRun(this.#database, this.#id);
    return this.#report;
  }

  /** Finds the files that may have changed since the last sync, and stages the removal of those that are gone. */
  async #compare(folder: string): Promise<FoundFile[]> {
    const { files, rejected } = await scanFolder(folder);
    for (const { path, rejection } of rejected) await this.#reject(path, rejection);
    if (this.#prune) await this.#removeMissing(folder, new Set(files.map((file) => file.path)));
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
    const content: ContentRows[] = [];
    const staged: StagedFile[] = [];
    for (const file of found) {
      try {
        const { documentId, rows } = await readDocument(file, this.#stored.get(file.path)?.documentId);
        if (rows) content.push(rows);
        staged.push({ ...file, documentId, format: FORMAT });
        this.#count(file.path, rows !== null);
      } catch (error) {
        await this.#reject(file.path, error instanceof Rejection ? error : unreadable(error));
      }
    }
    if (!this.#dryRun) await addContent(this.#database, content);
    await this.#stage(staged);
  }

  #count(path: string, isNew: boolean): void {
    if (!this.#stored.has(path)) this.#report.added += 1;
    else if (isNew) this.#report.changed += 1;
    else this.#report.unchanged += 1;
  }

  async #reject(path: string, { code, message, place }: Rejection): Promise<void> {
    this.#report.rejected.push({ path, ...place, code, message });
    if (!this.#stored.has(path)) return;
    await this.#stage([removal(path)]);
    this.#report.removed += 1;
  }

  async #stage(files: readonly StagedFile[]): Promise<void> {
    if (this.#dryRun) return;
    this.#staged += files.length;
    await stageFiles(this.#database, this.#id, files);
  }
}

function isUnchanged(file: FoundFile, stored: StoredFile | undefined): boolean {
  return stored?.size === file.size && stored.modified === file.modified && stored.format === FORMAT;
}

function removal(path: string): StagedFile {
  return { path, documentId: null, size: null, modified: null, format: null };
}

/** `rows` is null where the bytes are those of the document that the file had before. */
async function readDocument(
  file: FoundFile,
  before: string | undefined,
): Promise<{ documentId: string; rows: ContentRows | null }> {
  if (file.size > MAX_BYTES) {
    throw new Rejection('FILE_TOO_LARGE', `expected at most ${MAX_BYTES} bytes, got ${file.size}`);
  }
  const bytes = await readFile(file.path);
  const documentId = documentIdOf(bytes);
  if (documentId === before) return { documentId, rows: null };
  return { documentId, rows: toContentRows(documentId, toDocument(readFrontMatter(bytes))) };
}
