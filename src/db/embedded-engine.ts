import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { pg_trgm } from '@electric-sql/pglite/contrib/pg_trgm';
import { unaccent } from '@electric-sql/pglite/contrib/unaccent';
import type { PlanOptions } from './database.ts';
import { EmbeddedStatements, type TextRow } from './embedded-statements.ts';

/** PGlite, which is PostgreSQL in WebAssembly: it runs one statement after the other, and its thread does nothing else meanwhile. */
export interface EmbeddedEngine {
  /** The rows of a statement, each as an object. */
  rows(text: string, parameters: readonly unknown[], how: PlanOptions): Promise<object[]>;
  /** The same, each row as the engine writes it. */
  texts(text: string, parameters: readonly unknown[], how: PlanOptions): Promise<TextRow[]>;
  /** Runs several statements as one transaction. */
  script(statements: string): Promise<void>;
  close(): Promise<void>;
}

export interface EngineOptions {
  /** Where it lives; left out, it lives in memory and ends with the process. */
  readonly folder?: string;
  /** What it holds to begin with, as PGlite's `dumpDataDir` gives it. */
  readonly snapshot?: Blob;
}

/** No autovacuum runs in it, and every commit leaves the dead rows of its temporary tables in the system's. */
const SCRIPTS_PER_VACUUM = 20;

/** The engine, on the thread of whoever calls. */
export async function openEngine({ folder, snapshot }: EngineOptions): Promise<EmbeddedEngine> {
  const client = await PGlite.create({
    extensions: { unaccent, pg_trgm },
    ...(folder && { dataDir: join(folder, 'pgdata') }),
    ...(snapshot && { loadDataDir: snapshot }),
  });
  const statements = new EmbeddedStatements(client);
  let scripts = 0;
  return {
    rows: (text, parameters, how) => statements.rows(text, parameters, how),
    texts: (text, parameters, how) => statements.texts(text, parameters, how),
    async script(text) {
      await client.exec(text);
      scripts += 1;
      if (scripts % SCRIPTS_PER_VACUUM === 0) await client.exec('vacuum');
    },
    close: () => client.close(),
  };
}
