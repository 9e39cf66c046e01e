import { Agent, request as httpRequest } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import postgres from 'postgres';
import { sync } from '../../src/content/sync.ts';
import type { Database } from '../../src/db/database.ts';
import { migrate } from '../../src/db/migrate.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import { EventStream, subscribing } from '../harness/event-stream.ts';
import { article, entry, type TestFolder, testFolder } from '../harness/files.ts';
import { HttpServer, type Received } from '../harness/http-client.ts';
import { type DatabaseProxy, openProxy } from '../harness/proxy.ts';
import { type SmallServer, startSmallServer, whyNoSmallServer } from '../harness/small-server.ts';

const missing = process.env['TEST_DATABASE_URL'] ? whyNoSmallServer() : 'TEST_DATABASE_URL is not set';
if (missing) console.warn(`No server is disturbed while it serves: ${missing}`);

const STATEMENT_TIMEOUT = 1_000;
const REQUEST_TIMEOUT = 3_000;
/** What a request may take beyond its timeout, on a busy machine. */
const SLACK = 1_500;

const TITLES = '{ articles { nodes { title } } }';
/** The one query here that reads `article_images`, which a lock can stop. */
const IMAGES = '{ articles { nodes { images(first: 1) { url } } } }';
/** The same under another name: who asks the same at the same time shares one statement. */
const imagesFor = (name: string) => `query ${name} ${IMAGES}`;
const ANSWER = '{"data":{"articles":{"nodes":[{"title":"Story 1"}]}}';

(missing ? describe.skip : describe)('a server whose PostgreSQL is disturbed', () => {
  let small: SmallServer;
  let proxy: DatabaseProxy;
  let folder: TestFolder;
  let database: Database;
  let server: HttpServer;
  let admin: postgres.Sql;

  beforeAll(async () => {
    small = await startSmallServer();
    folder = await testFolder();
    await publish('Story 1');
  }, 60_000);

  let before: Record<string, number>;
  let logged: string[];

  beforeEach(async () => {
    before = resources();
    proxy = await openProxy(small.url);
    database = openPostgres({ url: proxy.url, connections: 4, statementTimeout: STATEMENT_TIMEOUT });
    logged = [];
    const logger = pino({ level: 'error' }, { write: (line: string) => void logged.push(line) });
    server = await HttpServer.open(database, { cacheBytes: 0, requestTimeout: REQUEST_TIMEOUT, logger });
    admin = postgres(small.url, { max: 4, onnotice: () => {} });
    await database.listen();
    expect(await ask()).toMatchObject({ status: 200 });
  });

  afterEach(async () => {
    await small.free();
    proxy.heal();
    await server.close();
    await database.close();
    await proxy.close();
    expect(await sessions()).toBe(0);
    await admin.end();
    expect(server.crashes).toEqual([]);
    await expectNothingLeft(before);
  });

  afterAll(async () => {
    await small.dispose();
    await folder.dispose();
  });

  /** Syncs the one story that there is, under this title. */
  async function publish(title: string): Promise<void> {
    const image = { url: 'https://example.com/image.png' };
    await folder.write('1.md', article('1', { title, published: true, images: [image], related: [entry('2')] }));
    const own = openPostgres({ url: small.url });
    await migrate(own);
    await sync(own, [folder.path]);
    await own.close();
  }

  async function ask(query = TITLES): Promise<Received & { readonly ms: number }> {
    const since = performance.now();
    const received = await server.ask(query);
    return { ...received, ms: performance.now() - since };
  }

  const statusOf = async (path: string) => (await server.send({ path })).status;

  /** Connections of ours that the server knows, once those that are closing have gone. */
  async function sessions(which = 'true'): Promise<number> {
    const count = async () => {
      const [row] = await admin.unsafe(
        `select count(*)::int as n from pg_stat_activity where application_name like 'newsgraph%' and ${which}`,
      );
      return Number(row?.['n']);
    };
    for (let look = 0; look < 20 && (await count()) > 0; look++) await sleep(50);
    return count();
  }

  /** How long, in milliseconds, until `holds`, looked at every 50 ms. */
  async function until(holds: () => Promise<boolean>): Promise<number> {
    const since = performance.now();
    while (!(await holds())) {
      if (performance.now() - since > 20_000) throw new Error('waited in vain for 20 s');
      await sleep(50);
    }
    return performance.now() - since;
  }

  /** Five clients that ask on and on, until they are told to stop: what they were answered. */
  function load() {
    const received: (Received & { readonly ms: number })[] = [];
    let isOver = false;
    const client = async () => {
      while (!isOver) {
        received.push(await ask());
        await sleep(5);
      }
    };
    const clients = Promise.all(Array.from({ length: 5 }, client));
    return {
      async stop() {
        isOver = true;
        await clients;
        return received;
      },
    };
  }

  /** Right, or refused in a way that tells to come again, and never late. */
  function expectPromptly(received: readonly (Received & { readonly ms: number })[]): void {
    for (const { status, body, headers, ms } of received) {
      expect([200, 503, 504]).toContain(status);
      if (status === 200) expect(String(body)).toContain(ANSWER);
      if (status === 503) expect(headers['retry-after']).toBe('1');
      if (status !== 200) expect(String(body)).not.toMatch(/postgres|ECONN|select|127\.0\.0\.1| at /);
      expect(ms).toBeLessThan(REQUEST_TIMEOUT + SLACK);
    }
  }

  async function expectRecovery(): Promise<void> {
    expect(await until(async () => (await statusOf('/ready')) === 200)).toBeLessThan(2_000);
    expect(await until(async () => (await ask()).status === 200)).toBeLessThan(2_000);
    expect(String((await ask()).body)).toContain(ANSWER);
  }

  /** Runs `work` while readers of `article_images` wait. */
  async function whileLocked(work: () => Promise<void>): Promise<void> {
    await admin.begin(async (transaction) => {
      await transaction`lock table published.article_images in access exclusive mode`;
      await work();
    });
  }

  test.each([
    ['fast', () => small.restart()],
    ['immediately', () => small.crash()],
  ])(
    'lives through a restart under load, %s, and answers within two seconds of it',
    async (_how, restart) => {
      const clients = load();
      await sleep(200);
      await restart();
      await expectRecovery();
      expect(await statusOf('/health')).toBe(200);
      const received = await clients.stop();
      expectPromptly(received);
      expect(received.filter(({ status }) => status === 200).length).toBeGreaterThan(0);
    },
    30_000,
  );

  test('a subscription outlives a restart, and is told of the first change after it', async () => {
    const stream = await EventStream.open(server, subscribing(TITLES));
    try {
      expect(JSON.stringify(await stream.next())).toContain('"Story 1"');
      await small.restart();
      await expectRecovery();
      await publish('Story 1, continued');
      expect(JSON.stringify(await stream.next())).toContain('"Story 1, continued"');
      await publish('Story 1');
      expect(JSON.stringify(await stream.next())).toContain('"Story 1"');
    } finally {
      stream.close();
    }
  }, 30_000);

  test('while PostgreSQL is down: it lives, is not ready within two seconds, and refuses at once', async () => {
    await small.stop();
    expect(await until(async () => (await statusOf('/ready')) === 503)).toBeLessThan(2_000);
    expect(await statusOf('/health')).toBe(200);
    const refused = await Promise.all(Array.from({ length: 20 }, () => ask()));
    expectPromptly(refused);
    expect(refused.map(({ status }) => status)).toEqual(Array(20).fill(503));
    expect(Math.max(...refused.map(({ ms }) => ms))).toBeLessThan(2_500);
    // The operator is told, in a line or two, however many requests there are.
    expect(logged.join('')).toContain('"code":"DatabaseUnavailable"');
    expect(logged.length).toBeLessThan(4);
    expect(logged.join('')).not.toContain('stack');
    await small.start();
    await expectRecovery();
  }, 30_000);

  test('when the way to PostgreSQL swallows everything: no request hangs, and it recovers within two seconds', async () => {
    const clients = load();
    await sleep(100);
    proxy.swallow();
    expect(await until(async () => (await statusOf('/ready')) === 503)).toBeLessThan(2_000);
    expect(await statusOf('/health')).toBe(200);
    await sleep(3_000);
    proxy.heal();
    await expectRecovery();
    expectPromptly(await clients.stop());
  }, 30_000);

  test('when its connections are killed: hardly anyone notices, as what only reads is asked again', async () => {
    const clients = load();
    for (let round = 0; round < 5; round++) {
      await sleep(100);
      await admin`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name like 'newsgraph%' and query <> ''`;
    }
    await sleep(100);
    const received = await clients.stop();
    expectPromptly(received);
    const answered = received.filter(({ status }) => status === 200);
    expect(answered.length / received.length).toBeGreaterThan(0.95);
  }, 30_000);

  test('when PostgreSQL takes no more connections: refused, and answered as soon as it does', async () => {
    const others: postgres.Sql[] = [];
    await admin`select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'newsgraph%'`;
    for (let count = 0; count < 40; count++) {
      const other = postgres(small.url, { max: 1, onnotice: () => {} });
      others.push(other);
      await other`select 1`.catch(() => {});
    }
    const received = await Promise.all(Array.from({ length: 10 }, () => ask()));
    await Promise.all(others.map((other) => other.end({ timeout: 1 })));
    expectPromptly(received);
    expect(received.map(({ status }) => status)).toContain(503);
    await expectRecovery();
  }, 30_000);

  test('a statement past its timeout is 504, and its neighbours are answered meanwhile', async () => {
    await whileLocked(async () => {
      const slow = ask(IMAGES);
      await sleep(100);
      expect((await ask()).ms).toBeLessThan(STATEMENT_TIMEOUT);
      const { status, ms, body } = await slow;
      expect({ status, code: JSON.parse(String(body)).errors[0].extensions.code }).toEqual({
        status: 504,
        code: 'TIMEOUT',
      });
      expect(ms).toBeLessThan(REQUEST_TIMEOUT + SLACK);
    });
    await expectRecovery();
  }, 30_000);

  test('what was sent behind a statement that is held up is asked elsewhere, and answered long before it', async () => {
    await whileLocked(async () => {
      const slow = ask(IMAGES);
      // More than there are connections: some of them share one with it.
      const others = await Promise.all(Array.from({ length: 24 }, (_, i) => ask(`query T${i} ${TITLES}`)));
      expect(others.map(({ status }) => status)).toEqual(others.map(() => 200));
      expect(Math.max(...others.map(({ ms }) => ms))).toBeLessThan(STATEMENT_TIMEOUT);
      expect((await slow).status).toBe(504);
    });
    await expectRecovery();
  }, 30_000);

  test('when every connection is taken: whoever waits too long is refused, and the process stays alive', async () => {
    await whileLocked(async () => {
      const received = Promise.all(Array.from({ length: 60 }, (_, i) => ask(imagesFor(`Q${i}`))));
      await sleep(300);
      expect(await statusOf('/health')).toBe(200);
      expectPromptly(await received);
    });
    await expectRecovery();
    expect((await ask(IMAGES)).status).toBe(200);
  }, 30_000);

  test('when a client hangs up: its statement is over within a second, and no neighbour’s is', async () => {
    const waiting = `state = 'active' and wait_event_type = 'Lock'`;
    await whileLocked(async () => {
      const agent = new Agent();
      const leaving = ['One', 'Two'].map((name) => {
        const headers = { 'content-type': 'application/json' };
        const request = httpRequest(`${server.origin}/graphql`, { agent, method: 'POST', headers });
        request.on('error', () => {});
        request.end(JSON.stringify({ query: imagesFor(name) }));
        return request;
      });
      const staying = ask(IMAGES);
      await until(async () => (await countNow(waiting)) === 3);
      for (const request of leaving) request.destroy();
      expect(await until(async () => (await countNow(waiting)) === 1)).toBeLessThan(1_000);
      const { status } = await Promise.race([staying, sleep(100, { status: 'still waiting' })]);
      expect(status).toBe('still waiting');
      void staying.catch(() => {});
    });
    await expectRecovery();
  }, 30_000);

  async function countNow(which: string): Promise<number> {
    const [row] = await admin.unsafe(
      `select count(*)::int as n from pg_stat_activity where application_name like 'newsgraph%' and ${which}`,
    );
    return Number(row?.['n']);
  }
});

/** What keeps a process alive, counted by kind: sockets, servers, timers. */
function resources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** Of what a test has opened: what ends by itself has some seconds to do so. */
async function expectNothingLeft(before: Record<string, number>): Promise<void> {
  const left = () => Object.entries(resources()).filter(([kind, count]) => count > (before[kind] ?? 0));
  for (const end = Date.now() + 5_000; left().length > 0 && Date.now() < end; ) await sleep(50);
  expect(left()).toEqual([]);
}
