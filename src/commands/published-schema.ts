import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The schema that clients know. */
export interface PublishedSchema {
  readonly sdl: string;
  /** Whether it comes from git; else it is the file on disk. */
  readonly committed: boolean;
}

const FILE = 'schema/schema.graphql';

/**
 * The schema as it was committed last, or if git has none, as it is on disk; null if it is not
 * there either.
 */
export async function readPublishedSchema(root: string): Promise<PublishedSchema | null> {
  const committed = await readCommitted(root);
  if (committed !== null) return { sdl: committed, committed: true };
  const written = await readFile(join(root, FILE), 'utf8').catch(() => null);
  return written === null ? null : { sdl: written, committed: false };
}

/** Null without git, outside a repository, and before the first commit. */
function readCommitted(root: string): Promise<string | null> {
  const shown = promisify(execFile)('git', ['show', `HEAD:./${FILE}`], { cwd: root, maxBuffer: Infinity });
  return shown.then(
    ({ stdout }) => stdout,
    () => null,
  );
}
