import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Lends `work` an empty folder; what it puts there is removed. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const temporary = await mkdtemp(join(tmpdir(), 'newsgraph-bench-'));
  try {
    return await work(temporary);
  } finally {
    await rm(temporary, { recursive: true });
  }
}
