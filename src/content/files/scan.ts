import { realpathSync, type Stats, statSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type RejectedFile, Rejection, toRejectedFile } from './rejection.ts';

/** A Markdown file found in a folder. */
export interface FoundFile {
  /**
   * From the working directory, with forward slashes: what reports show, and the file's key in the
   * database.
   */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

export interface Scan {
  readonly files: readonly FoundFile[];
  readonly rejected: readonly RejectedFile[];
}

/**
 * Every Markdown file below `folder`, in path order. Hidden folders and `node_modules` are left
 * out.
 */
export async function scanFolder(folder: string): Promise<Scan> {
  const root = await realpath(folder).catch(() => {
    throw new Error(`expected a folder of Markdown files, got ${folder}, which does not exist`);
  });
  const files: FoundFile[] = [];
  const rejected: RejectedFile[] = [];
  for await (const entries of markdownEntries(folder, keyOf(folder))) {
    for (const entry of entries) {
      const found = look(root, entry);
      if (found === null) continue;
      if ('code' in found) rejected.push(found);
      else files.push(found);
    }
  }
  return { files: files.sort(byPath), rejected };
}

type Found = FoundFile | RejectedFile | null;

/**
 * What an entry is; null for one that is gone already, or a link to a folder. To wait for it would
 * take longer than it does.
 */
function look(root: string, { place, path, isLink }: Entry): Found {
  try {
    const stats = isLink ? statLink(root, place) : statSync(place);
    return stats.isFile() ? { path, size: stats.size, modified: Math.trunc(stats.mtimeMs) } : null;
  } catch (error) {
    if (isGone(error)) return null;
    return toRejectedFile(path, error);
  }
}

function byPath(a: FoundFile, b: FoundFile): number {
  return a.path < b.path ? -1 : 1;
}

/** How a file is named in reports and in the database. */
export function keyOf(place: string): string {
  return relative(process.cwd(), place).split(sep).join('/');
}

/** A file that vanished since it was listed is simply gone. */
function isGone(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

interface Entry {
  /** For the file system. */
  readonly place: string;
  /** For reports and the database. */
  readonly path: string;
  readonly isLink: boolean;
}

/**
 * Folder by folder. `key` is the folder's own, so that the keys of its files need no more than
 * their names.
 */
async function* markdownEntries(folder: string, key: string): AsyncGenerator<readonly Entry[]> {
  const entries: Entry[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    const place = join(folder, entry.name);
    const path = key === '' ? entry.name : `${key}/${entry.name}`;
    if (entry.isDirectory()) yield* markdownEntries(place, path);
    else if (/\.(md|markdown)$/i.test(entry.name)) entries.push({ place, path, isLink: entry.isSymbolicLink() });
  }
  yield entries;
}

function statLink(root: string, place: string): Stats {
  if (realpathSync(place).startsWith(root + sep)) return statSync(place);
  throw new Rejection('FILE_OUTSIDE', 'expected a file of this folder, got a link that leads out of it');
}
