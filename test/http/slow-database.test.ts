import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Database } from '../../src/db/database.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import { HttpServer, type Received } from '../harness/http-client.ts';
import { createOwnDatabase, type OwnDatabase } from '../harness/own-database.ts';
import { type DatabaseProxy, openProxy } from '../harness/proxy.ts';

const url = process.env['TEST_DATABASE_URL'];
if (!url) console.warn('No database is slowed down: TEST_DATABASE_URL is not set');

/** How long the database is slow, in seconds: `SLOW_SECONDS=20` for the whole of it. */
const SECONDS = Number(process.env['SLOW_SECONDS'] ?? 8);
/** Clients that each keep a connection and wait for their answers. */
const CLIENTS = 50;
/** What a statement takes longer in PostgreSQL, in seconds. */
const STATEMENT_DELAY = 0.15;
/** What bytes take longer on their way, there and back, in milliseconds. */
const NETWORK_DELAY = 60;
/** So soon after the delay all is as before, in milliseconds. */
const RECOVERY = 2_000;

const QUERY = `query ($first: Int) { articles(first: $first) {
  nodes { title provider { name } topics { name } images(first: 1) { url } }
} }`;

interface Timed {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** When it was sent, by `performance.now()`. */
  readonly at: number;
  readonly ms: number;
}

(url ? describe : describe.skip)('a server whose database is slow', () => {
  let own: OwnDatabase;
  let proxy: DatabaseProxy;
  let database: Database;
  let server: HttpServer;

  beforeAll(async () => {
    own = await createOwnDatabase(url as string);
    await delayStatements(own);
  });

  afterAll(() => own.drop());

  beforeEach(async () => {
    proxy = await openProxy(own.url);
    database = openPostgres({ url: proxy.url });
    await database.listen();
    // Previews are neither kept nor shared, so each request is work.
    server = await HttpServer.open(database, { anonymous: 'PREVIEW' });
  });

  afterEach(async () => {
    await server.close();
    await database.close();
    await proxy.close();
    expect(server.crashes).toEqual([]);
  });

  test.each<[string, (isSlow: boolean) => unknown]>([
    [
      `each statement takes ${STATEMENT_DELAY * 1_000} ms more`,
      (isSlow) => own.admin`update content.delay set seconds = ${isSlow ? STATEMENT_DELAY : 0}`,
    ],
    [`the network takes ${NETWORK_DELAY} ms more each way`, async (isSlow) => proxy.delay(isSlow ? NETWORK_DELAY : 0)],
  ])(
    '%s: each request is answered or refused, nothing is asked twice, and it ends with the delay',
    async (_how, slow) => {
      const load = startLoad(server);
      await sleep(2_000);
      const before = load.take();
      await slow(true);
      // Statements from before are not counted, nor is what waits for them.
      await sleep(500);
      load.take();
      const begun = proxy.sent('EQ');
      await sleep(SECONDS * 1_000);
      const slowed = load.take();
      const statements = proxy.sent('EQ') - begun;
      await slow(false);
      const end = performance.now();
      await sleep(RECOVERY + 2_000);
      await load.stop();
      const after = load.take().filter(({ at }) => at > end + RECOVERY);

      console.info(figures({ before, slowed, after, statements }));
      expectOnlyAnswersAndRefusals([...before, ...slowed, ...after]);
      const answered = slowed.filter(({ status }) => status === 200).length;
      expect(answered).toBeGreaterThan(SECONDS * 10);
      expect(statements).toBeLessThanOrEqual(1.05 * answered);
      expect(after.every(({ status }) => status === 200)).toBe(true);
      expect(percentile(after, 0.95)).toBeLessThan(2 * percentile(before, 0.95) + 50);
    },
    60_000 + SECONDS * 1_000,
  );
});

/** Has each statement that reads the content version, as all of ours do, take longer in PostgreSQL. */
async function delayStatements({ admin }: OwnDatabase): Promise<void> {
  await admin.unsafe(`
    create table content.delay as select 0::float8 as seconds;
    alter table content.versions rename to fast_versions;
    create view content.versions as select v.* from content.fast_versions v
      where v.perspective = any (select v.perspective from content.delay where pg_sleep(seconds) is not null)`);
}

/** Clients that ask on and on, each after its answer. */
function startLoad(server: HttpServer) {
  let received: Timed[] = [];
  let isOver = false;
  const client = async (_: unknown, index: number) => {
    for (let turn = 0; !isOver; turn++) {
      const at = performance.now();
      const { status, headers } = await server.ask(QUERY, {}, { first: 1 + ((index + turn) % 20) }).catch(() => LOST);
      received.push({ status, retryAfter: headers['retry-after'], at, ms: performance.now() - at });
      // Who is refused comes again, but not at once.
      await sleep(status === 200 ? 0 : 100);
    }
  };
  const clients = Promise.all(Array.from({ length: CLIENTS }, client));
  return {
    /** What was received since it was last taken. */
    take() {
      const taken = received;
      received = [];
      return taken;
    },
    async stop() {
      isOver = true;
      await clients;
    },
  };
}

const LOST: Pick<Received, 'status' | 'headers'> = { status: 0, headers: {} };

function expectOnlyAnswersAndRefusals(received: readonly Timed[]): void {
  const others = received.filter(({ status, retryAfter }) => status !== 200 && !(status === 503 && retryAfter === '1'));
  expect(others).toEqual([]);
}

function percentile(received: readonly Timed[], share: number): number {
  const sorted = received.map(({ ms }) => ms).sort((a, b) => a - b);
  return sorted[Math.floor(share * sorted.length)] ?? Number.NaN;
}

function figures({ statements, ...phases }: Record<'before' | 'slowed' | 'after', Timed[]> & { statements: number }) {
  const lines = Object.entries(phases).map(([phase, received]) => {
    const answered = received.filter(({ status }) => status === 200);
    const [p50, p95] = [0.5, 0.95].map((share) => percentile(answered, share).toFixed(0));
    return `${phase}: ${answered.length} of ${received.length} answered, p50 ${p50} ms, p95 ${p95} ms`;
  });
  return [...lines, `statements while slow: ${statements}`].join('\n');
}
