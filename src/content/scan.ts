import type { Dirent, Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { Rejection } from './rejection.ts';

/** A Markdown file found in a folder. */
export interface FoundFile {
  /** From the working directory, with forward slashes: what reports show, and the file's key in the database. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

export interface Scan {
  readonly files: readonly FoundFile[];
  readonly rejected: ReadonlyArray<{ readonly path: string; readonly rejection: Rejection }>;
}

/** Every Markdown file below `folder`, in path order. Hidden folders and `node_modules` are left out. */
export async function scanFolder(folder: string): Promise<Scan> {
  const root = await realpath(folder).catch(() => {
    throw new Error(`expected a folder of Markdown files, got ${folder}, which does not exist`);
  });
  const entries = await markdownEntries(folder);
  const found: Found[] = [];
  for (let from = 0; from < entries.length; from += AT_ONCE) {
    found.push(...(await Promise.all(entries.slice(from, from + AT_ONCE).map((entry) => look(root, entry)))));
  }
  const files = found.filter((it) => it !== null && 'size' in it);
  const rejected = found.filter((it) => it !== null && 'rejection' in it);
  return { files: files.sort(byPath), rejected };
}

const AT_ONCE = 64;

type Found = FoundFile | Scan['rejected'][number] | null;

/** What an entry is; null for one that is gone already, or a link to a folder. */
async function look(root: string, entry: Dirent): Promise<Found> {
  const place = join(entry.parentPath, entry.name);
  const path = keyOf(place);
  try {
    const stats = await statWithin(root, place, entry);
    return stats.isFile() ? { path, size: stats.size, modified: Math.trunc(stats.mtimeMs) } : null;
  } catch (error) {
    if (isGone(error)) return null;
    return { path, rejection: error instanceof Rejection ? error : unreadable(error) };
  }
}

function byPath(a: FoundFile, b: FoundFile): number {
  return a.path < b.path ? -1 : 1;
}

/** How a file is named in reports and in the database. */
export function keyOf(place: string): string {
  return relative(process.cwd(), place).split(sep).join('/');
}

export function unreadable(error: unknown): Rejection {
  const { code = 'unknown error' } = error as NodeJS.ErrnoException;
  return new Rejection('FILE_UNREADABLE', `expected a file that can be read, got ${code}`);
}

/** A file that vanished since it was listed is simply gone. */
function isGone(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT';
}

async function markdownEntries(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found: Dirent[] = [];
  for (const entry of entries) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    if (entry.isDirectory()) found.push(...(await markdownEntries(join(folder, entry.name))));
    else if (/\.(md|markdown)$/i.test(entry.name)) found.push(entry);
  }
  return found;
}

async function statWithin(root: string, place: string, entry: Dirent): Promise<Stats> {
  if (entry.isSymbolicLink()) {
    const target = await realpath(place);
    if (!target.startsWith(root + sep)) {
      throw new Rejection('FILE_OUTSIDE', 'expected a file of this folder, got a link that leads out of it');
    }
  }
  return stat(place);
}
