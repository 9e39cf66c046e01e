import postgres from 'postgres';
import { cpuOfFamily, parentOf } from './process.ts';

const SERVER = process.env['BENCH_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';

/** A database of the bench's own, dropped when it is done. */
export interface BenchDatabase {
  readonly url: string;
  readonly sql: postgres.Sql;
  /**
   * CPU that the whole server has used so far, processes that have ended included, in seconds; null if it runs elsewhere. To look
   * takes milliseconds, so it is done before and after what is measured, never meanwhile.
   */
  cpu(): Promise<number | null>;
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
    return await work({ url, sql, cpu: () => cpuOfServer(server) });
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

/** Every process of the server is a child of the one that listens. */
async function cpuOfServer(server: postgres.Sql): Promise<number | null> {
  const [row] = await server<{ pid: number }[]>`select pg_backend_pid() as pid`;
  const listening = row && (await parentOf(row.pid, 'postgres'));
  return listening ? cpuOfFamily(listening) : null;
}
