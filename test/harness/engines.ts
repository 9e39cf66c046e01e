import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, expect } from '@jest/globals';
import postgres from 'postgres';
import { sync } from '../../src/content/sync.ts';
import type { Database } from '../../src/db/database.ts';
import { openEmbedded } from '../../src/db/embedded.ts';
import { migrate } from '../../src/db/migrate.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import type { ServerOptions } from '../../src/http/server-options.ts';
import type { Executor } from '../../src/operation/plans.ts';
import { TestServer } from './client.ts';
import { HttpServer } from './http-client.ts';

/** A migrated database of a test's own, with the statements that it was sent. */
export interface TestDatabase extends Database {
  /** Every statement since the list was last emptied. */
  readonly statements: string[];
  /** Makes it as if nothing had ever been synced. */
  reset(): Promise<void>;
}

export type Engine = readonly [name: string, open: (options?: TestDatabaseOptions) => Promise<TestDatabase>];

interface TestDatabaseOptions {
  /** Whether it has its tables: it does, unless told. */
  readonly migrated?: boolean;
}

const { TEST_DATABASE_URL: url, TEST_SNAPSHOT: snapshot } = process.env;

const RESET = `
  do $reset$ declare emptied text; begin
    select string_agg(format('%I.%I', schemaname, tablename), ', ') into emptied from pg_tables
    where schemaname in ('published', 'preview', 'content') and tablename <> 'versions';
    execute 'truncate ' || emptied;
  end $reset$;
  update content.versions set version = 0`;

/** For `describe.each`: the embedded engine, and PostgreSQL where `TEST_DATABASE_URL` names a server. */
export const engines: readonly Engine[] = [
  ['PGlite', openTestEmbedded],
  ...(url ? [['PostgreSQL', (options) => openTestPostgres(url, options)] satisfies Engine] : []),
];

async function openTestEmbedded({ migrated = true }: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const statements: string[] = [];
  const bytes = await readFile(snapshot as string);
  const database = await openEmbedded({ snapshot: new Blob([bytes]), onStatement: (text) => statements.push(text) });
  if (migrated) await migrate(database);
  statements.length = 0;
  return { ...database, statements, reset: () => database.script(RESET) };
}

async function openTestPostgres(server: string, { migrated = true }: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const admin = postgres(server, { max: 1, onnotice: () => {} });
  const name = `newsgraph_test_${randomUUID().slice(0, 8)}`;
  await admin.unsafe(`create database ${name}`);
  const statements: string[] = [];
  const own = new URL(server);
  own.pathname = `/${name}`;
  const database = openPostgres({ url: own.href, connections: 4, onStatement: (text) => statements.push(text) });
  if (migrated) await migrate(database);
  statements.length = 0;
  return {
    ...database,
    statements,
    reset: () => database.script(RESET),
    async close() {
      await database.close();
      await admin.unsafe(`drop database ${name} with (force)`);
      await admin.end();
    },
  };
}

/** One executor alone needs a reason: what differs, or happens twice, with both. */
type ExecutorOptions = { readonly executor?: undefined } | { readonly executor: Executor; readonly because: string };

export type TestServerOptions = Partial<Omit<ServerOptions, 'executor'>> & ExecutorOptions;

/** For `describe.each` and `test.each`. */
export const EXECUTORS: readonly Executor[] = ['reference', 'compiled'];

const opened: Promise<HttpServer>[] = [];

afterAll(async () => {
  for (const server of await Promise.all(opened.splice(0))) {
    await server.close();
    expect(server.crashes).toEqual([]);
  }
});

/**
 * The API over `database` as production serves it, over sockets, but that no answer is kept, and
 * every query goes to both executors. Anonymous requests see the preview unless `options` say
 * otherwise. It is closed after the last test of the file.
 */
export function serve(database: Database, options: TestServerOptions = {}): TestServer {
  const executors = options.executor ? [options.executor] : EXECUTORS;
  const servers = executors.map((executor) =>
    HttpServer.open(database, { cacheBytes: 0, anonymous: 'PREVIEW', ...options, executor }),
  );
  opened.push(...servers);
  return new TestServer(servers);
}

/** A database that holds the two seeds. */
export async function withSeeds(database: TestDatabase): Promise<TestDatabase> {
  await sync(database, ['seeds']);
  database.statements.length = 0;
  return database;
}
