import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Recorded, record, type SentStatement } from './record.ts';

const PRODUCT = new URL('../../../dist/', import.meta.url);

/** What an operation was answered, and what was sent for it. */
export interface Answered {
  readonly data: unknown;
  readonly sent: readonly SentStatement[];
}

/** The product as readers of one perspective meet it, on a database that tells what it is asked. */
export interface Product extends Recorded {
  ask(query: string): Promise<Answered>;
}

/** In milliseconds: longer than anything here takes, as nothing may end before it is measured. */
const PATIENCE = 600_000;

export async function withProduct<T>(
  url: string,
  anonymous: 'PREVIEW' | 'PUBLISHED',
  work: (product: Product) => Promise<T>,
): Promise<T> {
  const { openPostgres } = await imported<typeof import('../../src/db/postgres.ts')>('db/postgres.js');
  const { createServer: createNewsgraph } =
    await imported<typeof import('../../src/http/server.ts')>('http/server.js');
  const { pino } = await import('pino');
  const { database, sent } = record(openPostgres({ url, connections: 2, statementTimeout: PATIENCE }));
  await database.listen();
  const server = createNewsgraph({
    database,
    logger: pino({ level: 'silent' }),
    anonymous,
    previewTokens: [],
    cacheBytes: 0,
    requestTimeout: PATIENCE,
  });
  const listener = createServer(server.handle).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const address = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/graphql`;
  const ask = async (query: string) => {
    sent.length = 0;
    return { data: await dataOf(address, query), sent: [...sent] };
  };
  try {
    // Providers and topics are read once for a content version, not for an operation.
    await ask('{ articles(first: 1) { nodes { id } } }');
    return await work({ database, sent, ask });
  } finally {
    listener.closeAllConnections();
    listener.close();
    await database.close();
  }
}

async function dataOf(address: string, query: string): Promise<unknown> {
  const response = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as { data?: unknown; errors?: unknown };
  if (errors) throw new Error(`expected an answer to ${query}, got ${JSON.stringify(errors)}`);
  return data;
}

/** Of connections for indexed statements. */
export async function indexedSettings(): Promise<Readonly<Record<string, string>>> {
  const { INDEXED_SETTINGS } =
    await imported<typeof import('../../src/db/query-class.ts')>('db/query-class.js');
  return INDEXED_SETTINGS;
}

/** From what is built, as the bench runs without the compiler. */
function imported<T>(path: string): Promise<T> {
  return import(new URL(path, PRODUCT).href) as Promise<T>;
}
