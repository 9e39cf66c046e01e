import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { type Database, LockHeldError } from './database.ts';

const FOLDER = fileURLToPath(new URL('../../drizzle', import.meta.url));
const PATIENCE_MS = 60_000;

/** Applies the migrations that are missing, and returns how many. Waits for another process that is at it. */
export async function migrate(database: Database): Promise<number> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const missing = await countMissingMigrations(database);
    if (missing === 0) return 0;
    try {
      await database.withLock('migrate', () => database.migrate(FOLDER));
      return missing;
    } catch (error) {
      if (!(error instanceof LockHeldError) || Date.now() > deadline) throw error;
      await sleep(100);
    }
  }
}

/** How many migrations of `drizzle/` this database still lacks: 0 means that it is ready to be served. */
export async function countMissingMigrations(database: Database): Promise<number> {
  const quickly = { queryClass: 'indexed', prepare: false } as const;
  const [journal] = await database.query<{ present: boolean }>(
    `select to_regclass('drizzle.__drizzle_migrations') is not null as present`,
    [],
    quickly,
  );
  if (!journal?.present) return knownHashes().length;
  const applied = await database.query<{ hash: string }>('select hash from drizzle.__drizzle_migrations', [], quickly);
  const hashes = new Set(applied.map((row) => row.hash));
  return knownHashes().filter((hash) => !hashes.has(hash)).length;
}

let known: readonly string[] | undefined;

/** Asked for again and again by whoever checks if a server is ready. */
function knownHashes(): readonly string[] {
  known ??= readMigrationFiles({ migrationsFolder: FOLDER }).map(({ hash }) => hash);
  return known;
}
