import { mkdirSync } from 'node:fs';
import { drizzle } from 'drizzle-orm/pg-proxy';
import { migrate } from 'drizzle-orm/pg-proxy/migrator';
import { CAN_USE_THREADS } from '../lib/threads.ts';
import { toUtf8 } from '../lib/utf8.ts';
import {
  type Database,
  type Drizzle,
  LockHeldError,
  type NewsListener,
  type QueryOptions,
  type StatementListener,
} from './database.ts';
import type { EmbeddedEngine, EngineOptions } from './embedded-engine.ts';
import { lockFolder } from './folder-lock.ts';

export interface EmbeddedOptions extends EngineOptions {
  readonly onStatement?: StatementListener;
}

/** PGlite, PostgreSQL inside this process. Throws `FolderInUseError` when another process has the folder open. */
export async function openEmbedded({ onStatement, ...options }: EmbeddedOptions): Promise<Database> {
  const { folder } = options;
  const unlock = folder ? takeFolder(folder) : () => {};
  try {
    const engine = await openEngine(options);
    const db = drizzle(
      async (text, parameters, method) => {
        const rows = await engine.rows(text, parameters, ONCE);
        return { rows: method === 'all' ? rows.map((row) => Object.values(row)) : rows };
      },
      { casing: 'snake_case', logger: onStatement ? { logQuery: onStatement } : false },
    );
    const held = new Set<string>();
    const listeners: NewsListener[] = [];
    const begin = (text: string, { requester }: QueryOptions) => {
      const reason = requester?.whyGone();
      if (reason) throw reason;
      onStatement?.(text);
    };
    return {
      name: folder ? `PGlite in ${folder}` : 'PGlite in memory',
      drizzle: db as unknown as Drizzle,
      async query<Row>(text: string, parameters: unknown[], how: QueryOptions) {
        begin(text, how);
        return (await engine.rows(text, parameters, planOf(how))) as Row[];
      },
      async raw(text, parameters, how) {
        begin(text, how);
        const rows = await engine.texts(text, parameters, planOf(how));
        return rows.map((fields) => fields.map((field) => (field === null ? null : toUtf8(field))));
      },
      async script(statements) {
        await engine.script(statements);
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
      async migrate(migrationsFolder) {
        await migrate(db, (statements) => engine.script(statements.join('\n;\n')), { migrationsFolder });
      },
      async close() {
        await engine.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

const ONCE = { queryClass: 'scan', prepare: false } as const;

/** Without whoever asks, who cannot be told to another thread. */
function planOf({ queryClass, prepare }: QueryOptions) {
  return { queryClass, prepare };
}

async function openEngine(options: EngineOptions): Promise<EmbeddedEngine> {
  if (!CAN_USE_THREADS) return (await import('./embedded-engine.ts')).openEngine(options);
  return (await import('./threaded-engine.ts')).openThreadedEngine(options);
}

function takeFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  return lockFolder(folder);
}
