import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Thrown where two processes on one folder would lose data: PGlite itself keeps no lock. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
  readonly pid: number;

  constructor(folder: string, lock: string, pid: number) {
    super(
      `${folder} is in use by process ${pid}. Stop it, or set DATA_DIR to another folder. ` +
        `(If process ${pid} is not newsgraph, delete ${lock}.)`,
    );
    this.pid = pid;
  }
}

/** The folders that this process has locked: its own pid in any other lock is a left-over. */
const ours = new Set<string>();

/**
 * Makes this process the only one that may open `folder`, until the returned function is called or the
 * process ends: a lock left by a process that is gone is taken over.
 */
export function lockFolder(folder: string): () => void {
  const lock = join(resolve(folder), 'lock');
  if (ours.has(lock)) throw new FolderInUseError(folder, lock, process.pid);
  const mine = join(folder, `lock.${process.pid}`);
  writeFileSync(mine, String(process.pid));
  try {
    // A link appears whole or not at all, so nobody ever reads a lock without its pid.
    while (!tryLink(mine, lock)) clearStale(folder, lock);
  } finally {
    rmSync(mine, { force: true });
  }
  ours.add(lock);
  return () => {
    ours.delete(lock);
    rmSync(lock, { force: true });
  };
}

function clearStale(folder: string, lock: string): void {
  const holder = readHolder(lock);
  if (holder === null) return;
  if (isAlive(holder)) throw new FolderInUseError(folder, lock, holder);
  // Moved aside rather than deleted: if another process was quicker, what we moved is its fresh lock, and goes back.
  const aside = join(folder, `lock.stale.${process.pid}`);
  try {
    renameSync(lock, aside);
  } catch {
    return;
  }
  if (readHolder(aside) !== holder) tryLink(aside, lock);
  rmSync(aside, { force: true });
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(lock: string): number | null {
  try {
    return Number(readFileSync(lock, 'utf8'));
  } catch {
    return null;
  }
}

/** A lock with our own pid is left over too: in a container every process may be number 1. */
function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
