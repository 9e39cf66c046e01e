import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { fromBytes } from '../lib/utf8.ts';
import {
  type Database,
  type Drizzle,
  LockHeldError,
  type NewsListener,
  type QueryOptions,
  type RawRow,
  type StatementListener,
} from './database.ts';
import { Pool } from './pool.ts';
import { createListener } from './postgres-listener.ts';
import { INDEXED_SETTINGS, type QueryClass } from './query-class.ts';

export interface PostgresOptions {
  readonly url: string;
  /** For indexed statements; half as many for scans, and as many for all else. Ten unless told. */
  readonly connections?: number;
  /** In milliseconds: statements that answer requests end after it. */
  readonly statementTimeout?: number;
  readonly onStatement?: StatementListener;
}

/** A PostgreSQL server. Connects with the first statement, so opening one never fails. */
export function openPostgres({
  url,
  connections = 10,
  statementTimeout = 5_000,
  onStatement,
}: PostgresOptions): Database {
  const options = {
    connect_timeout: 10,
    connection: { application_name: 'newsgraph', client_min_messages: 'warning' as const },
    onnotice: () => {},
  };
  const client = postgres(url, { ...options, max: connections, idle_timeout: 300 });
  const cancel = async (name: string) => {
    await client`select pg_cancel_backend(pid) from pg_stat_activity where application_name = ${name} and state = 'active'`;
  };
  // Backoff in seconds: the driver would wait for up to 20 when a server comes back.
  const driver = { ...options, connect_timeout: 1, idle_timeout: 300, backoff: () => 0.2 };
  const poolFor = (settings: object, size: number) => {
    const connection = { ...driver.connection, ...settings };
    return new Pool({ url, driver: { ...driver, connection }, statementTimeout, cancel, size });
  };
  const pools: Readonly<Record<QueryClass, Pool>> = {
    indexed: poolFor(INDEXED_SETTINGS, connections),
    scan: poolFor({}, Math.ceil(connections / 2)),
  };
  const logger = onStatement ? { logQuery: onStatement } : false;
  const db = drizzle(client, { casing: 'snake_case', logger });
  const listeners: NewsListener[] = [];
  const onNews: NewsListener = (news) => {
    for (const listener of listeners) listener(news);
  };
  const news = createListener(url, options, onNews);

  const ask = <Row>(text: string, parameters: unknown[], { queryClass, ...how }: QueryOptions, isRaw: boolean) => {
    onStatement?.(text);
    return pools[queryClass].rows<Row>({ text, parameters, isRaw, ...how });
  };

  return {
    name: `PostgreSQL at ${describeUrl(url)}`,
    drizzle: db as unknown as Drizzle,
    async query<Row>(text: string, parameters: unknown[], how: QueryOptions) {
      return ask<Row>(text, parameters, how, false);
    },
    async raw(text, parameters, how) {
      const rows = await ask<ReadonlyArray<Buffer | null>>(text, parameters, how, true);
      return rows.map((columns): RawRow => columns.map((column) => column && fromBytes(column)));
    },
    async script(statements) {
      await client.unsafe(statements).simple();
      onNews();
    },
    onChange: (callback) => listeners.push(callback),
    listen: news.listen,
    isListening: news.isListening,
    async withLock(name, work) {
      // A client of its own: a query on a reserved connection that has died crashes the process.
      const holder = postgres(url, { ...options, max: 1, idle_timeout: 0, max_lifetime: null });
      try {
        const [row] = await holder`select pg_try_advisory_lock(hashtext(${name})) as locked`;
        if (!row?.['locked']) throw new LockHeldError(await describeHolder(holder, name));
        try {
          return await work();
        } finally {
          await holder`select pg_advisory_unlock(hashtext(${name}))`.catch(() => {});
        }
      } finally {
        await holder.end({ timeout: 1 });
      }
    },
    async migrate(folder) {
      await migrate(db, { migrationsFolder: folder });
    },
    async close() {
      await Promise.all([news.close(), pools.indexed.close(), pools.scan.close(), client.end({ timeout: 1 })]);
    },
  };
}

async function describeHolder(connection: postgres.Sql, name: string): Promise<string> {
  const [holder] = await connection`
    select pid, application_name, client_addr, backend_start
    from pg_locks join pg_stat_activity using (pid)
    where locktype = 'advisory' and objid = hashtext(${name})::bigint & 4294967295 and granted`;
  if (!holder) return `another process was holding the ${name} lock; try again`;
  const { pid, application_name, client_addr, backend_start } = holder;
  const since = new Date(backend_start).toISOString();
  return `the ${name} lock is held by ${application_name} from ${client_addr ?? 'this machine'} (backend ${pid}, connected ${since})`;
}

/** The URL as a message may show it: without user and password. */
function describeUrl(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
