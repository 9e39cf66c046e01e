import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { cpuOf } from './process.ts';

const SERVER = process.env['BENCH_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';

/** A database of the bench's own, dropped when it is done. */
export interface BenchDatabase {
  readonly url: string;
  readonly sql: postgres.Sql;
  /**
   * Does `work`, and gives what it gave with the CPU that PostgreSQL spent on it: null if it runs elsewhere. Looks at the
   * server's processes every `pollMs`: what one that ends used since the last look is lost.
   */
  withCpu<T>(work: () => Promise<T>, pollMs?: number): Promise<{ result: T; cpu: number | null }>;
}

/** Makes an empty database, lets `work` have it, and drops it whatever happens. */
export async function withDatabase<T>(work: (database: BenchDatabase) => Promise<T>): Promise<T> {
  const name = `newsgraph_bench_${process.pid}`;
  const server = postgres(SERVER, { max: 1, onnotice: () => {} });
  await server.unsafe(`drop database if exists ${name} with (force)`);
  await server.unsafe(`create database ${name}`);
  const url = urlOf(name);
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await work({ url, sql, withCpu: (measured, pollMs = 50) => withCpu(server, name, measured, pollMs) });
  } finally {
    await sql.end();
    await server.unsafe(`drop database ${name} with (force)`);
    await server.end();
  }
}

function urlOf(database: string): string {
  const url = new URL(SERVER);
  url.pathname = `/${database}`;
  return url.href;
}

/** Sums up what the server's processes for this database used, those that end meanwhile included. */
async function withCpu<T>(server: postgres.Sql, database: string, work: () => Promise<T>, pollMs: number) {
  const before = await cpuByProcess(server, database);
  const after = new Map<number, number>();
  const polling = new AbortController();
  const [result] = await Promise.all([
    work().finally(() => polling.abort()),
    poll(polling.signal, pollMs, async () => {
      for (const [pid, cpu] of await cpuByProcess(server, database)) after.set(pid, cpu);
    }),
  ]);
  const used = [...after].map(([pid, cpu]) => cpu - (before.get(pid) ?? 0));
  return { result, cpu: used.length > 0 ? used.reduce((sum, cpu) => sum + cpu) : null };
}

async function poll(signal: AbortSignal, pollMs: number, look: () => Promise<void>): Promise<void> {
  while (!signal.aborted) {
    await look();
    await sleep(pollMs);
  }
  // What was used since the last look counts too, if its process is still there.
  await look();
}

async function cpuByProcess(server: postgres.Sql, database: string): Promise<Map<number, number>> {
  const rows = await server<{ pid: number }[]>`select pid from pg_stat_activity where datname = ${database}`;
  const used = new Map<number, number>();
  for (const { pid } of rows) {
    const cpu = await cpuOf(pid);
    if (cpu !== null) used.set(pid, cpu);
  }
  return used;
}
