import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import { type Database, LockHeldError, rowsOf } from './database.ts';

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
export async function countMissingMigrations({ drizzle }: Database): Promise<number> {
  const [journal] = await rowsOf<{ present: boolean }>(
    drizzle,
    sql`select to_regclass('drizzle.__drizzle_migrations') is not null as present`,
  );
  const known = readMigrationFiles({ migrationsFolder: FOLDER });
  if (!journal?.present) return known.length;
  const applied = await rowsOf<{ hash: string }>(drizzle, sql`select hash from drizzle.__drizzle_migrations`);
  const hashes = new Set(applied.map((row) => row.hash));
  return known.filter((migration) => !hashes.has(migration.hash)).length;
}
