import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { unaccent } from '@electric-sql/pglite/contrib/unaccent';
import { drizzle } from 'drizzle-orm/pglite';
import { migrate } from 'drizzle-orm/pglite/migrator';
import {
  type Database,
  type Drizzle,
  LockHeldError,
  type NewsListener,
  type QueryOptions,
  type StatementListener,
} from './database.ts';
import { EmbeddedStatements } from './embedded-statements.ts';
import { lockFolder } from './folder-lock.ts';

export interface EmbeddedOptions {
  /** Where it lives; left out, it lives in memory and ends with the process. */
  readonly folder?: string;
  /** What it holds to begin with, as PGlite's `dumpDataDir` gives it. */
  readonly snapshot?: Blob;
  readonly onStatement?: StatementListener;
}

/** No autovacuum runs in it, and every commit leaves the dead rows of its temporary tables in the system's. */
const SCRIPTS_PER_VACUUM = 20;

/** PGlite, PostgreSQL inside this process. Throws `FolderInUseError` when another process has the folder open. */
export async function openEmbedded({ folder, snapshot, onStatement }: EmbeddedOptions): Promise<Database> {
  const unlock = folder ? takeFolder(folder) : () => {};
  try {
    const client = await PGlite.create({
      extensions: { unaccent, pg_trgm },
      ...(folder && { dataDir: join(folder, 'pgdata') }),
      ...(snapshot && { loadDataDir: snapshot }),
    });
    const logger = onStatement ? { logQuery: onStatement } : false;
    const db = drizzle(client, { casing: 'snake_case', logger });
    const statements = new EmbeddedStatements(client);
    let scripts = 0;
    const held = new Set<string>();
    const listeners: NewsListener[] = [];
    const begin = (text: string, { asker }: QueryOptions) => {
      const reason = asker?.whyGone();
      if (reason) throw reason;
      onStatement?.(text);
    };
    return {
      name: folder ? `PGlite in ${folder}` : 'PGlite in memory',
      drizzle: db as unknown as Drizzle,
      async query<Row>(text: string, parameters: unknown[], how: QueryOptions) {
        begin(text, how);
        return statements.rows<Row>(text, parameters, how);
      },
      async raw(text, parameters, how) {
        begin(text, how);
        return statements.raw(text, parameters, how);
      },
      async script(statements) {
        await client.exec(statements);
        scripts += 1;
        if (scripts % SCRIPTS_PER_VACUUM === 0) await client.exec('vacuum');
        for (const listener of listeners) listener();
      },
      onChange: (listener) => listeners.push(listener),
      // No other process can write here.
      listen: async () => {},
      isListening: () => true,
      async withLock(name, work) {
        // The folder is this process's alone, so a lock within the process is enough.
        if (held.has(name)) throw new LockHeldError(`the ${name} lock is held by this process`);
        held.add(name);
        return work().finally(() => held.delete(name));
      },
      async migrate(migrations) {
        await migrate(db, { migrationsFolder: migrations });
      },
      async close() {
        await client.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

function takeFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  return lockFolder(folder);
}
