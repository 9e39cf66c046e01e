import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { ExecutionResult } from 'graphql';
import { pino } from 'pino';
import { sync } from '../../src/content/sync.ts';
import { DatabaseUnavailable } from '../../src/db/failures.ts';
import { createRateLimit } from '../../src/http/rate-limit/rate-limit.ts';
import type { ServerOptions } from '../../src/http/server-options.ts';
import { engines, type TestDatabase } from '../harness/engines.ts';
import { EventStream, subscribing } from '../harness/event-stream.ts';
import { article, entry, type TestFolder, testFolder } from '../harness/files.ts';
import { decoded, HttpServer, type Received, type Sending } from '../harness/http-client.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const [TOKEN, OTHER_TOKEN] = ['a-preview-token', 'another-preview-token'];
const PREVIEW_TOKENS = [TOKEN, OTHER_TOKEN].map(sha256);
const withToken = (token: string) => ({ authorization: `Bearer ${token}` });
const WITH_TOKEN = withToken(TOKEN);
const AS_READER = { 'x-perspective': 'published' };

const TITLES = '{ articles(first: 100) { nodes { title } } }';
/** What reads of one story, in a statement of its own each. */
const PAIR =
  '{ one: article(by: { url: "https://example.com/one" }) { title } two: article(by: { url: "https://example.com/two" }) { title } }';
const ONE = '{ article(by: { url: "https://example.com/one" }) { title } }';
const TOO_DEAR =
  '{ articles(first: 100) { nodes { related(first: 100) { nodes { related(first: 100) { nodes { id } } } } } } }';

const NEVER_CUT_OFF = { beat: 60_000, patience: 60_000 };

interface Titled {
  readonly title: string;
}

/** What a subscription that selects `TITLES` was told. */
const titlesOf = ({ data }: ExecutionResult): string[] =>
  (data as { live: { articles: { nodes: Titled[] } } }).live.articles.nodes.map(({ title }) => title);

const liveOf = ({ data }: ExecutionResult): unknown => data?.['live'];

/** Whoever takes events only is told in events why there are none. */
function codeOf({ headers, body }: Received): unknown {
  const isStream = headers['content-type']?.startsWith('text/event-stream');
  const json = isStream
    ? /^(?::\n\n)?event: next\ndata: (.*)\n\nevent: complete\ndata:\n\n$/.exec(`${body}`)?.[1]
    : `${body}`;
  return JSON.parse(json ?? '').errors[0].extensions.code;
}

/** What a subscription is told next, which is not its end. */
async function told(stream: EventStream): Promise<ExecutionResult> {
  const { event, data } = await stream.next();
  expect(event).toBe('next');
  return data as ExecutionResult;
}

/** Ends for a reason, in two events, and then altogether. */
async function expectEnd(stream: EventStream, code: string): Promise<void> {
  const { event, data } = await stream.next();
  expect({ event, data }).toEqual({
    event: 'next',
    data: { errors: [{ message: expect.any(String), extensions: { code } }] },
  });
  expect(await stream.next()).toEqual({ event: 'complete', data: null });
  expect(await stream.ended).toBe(true);
}

/** Resolves when `holds`, looked at every 20 ms. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('waited in vain for 20 s');
    await sleep(20);
  }
}

async function subscriptionsOf(server: HttpServer): Promise<number> {
  const { body } = await server.send({ path: '/metrics' });
  return Number(/^newsgraph_subscriptions (\d+)$/m.exec(body.toString())?.[1]);
}

describe.each(engines)('subscriptions on %s', (_name, open) => {
  let database: TestDatabase;
  let folder: TestFolder;
  let server: HttpServer;
  const opened: HttpServer[] = [];
  const streams: EventStream[] = [];
  const written = new Set<string>();

  beforeAll(async () => {
    database = await open();
    await database.listen();
    folder = await testFolder();
  });

  beforeEach(async () => {
    await publish({ one: {}, two: {} });
    await write({ draft: {} });
    server = await serve();
  });

  afterEach(async () => {
    for (const stream of streams.splice(0)) stream.close();
    const servers = opened.splice(0);
    await Promise.all(servers.map((server) => server.close()));
    for (const name of written) await folder.remove(`${name}.md`);
    written.clear();
    expect(servers.flatMap(({ crashes }) => crashes)).toEqual([]);
  });

  afterAll(async () => {
    await Promise.all([folder.dispose(), database.close()]);
  });

  /** A server of this test's own, which has read the catalog and nothing else. */
  async function serve(options: Partial<ServerOptions> = {}, of = database): Promise<HttpServer> {
    const server = await HttpServer.open(of, { previewTokens: PREVIEW_TOKENS, ...options });
    opened.push(server);
    await server.ask('{ __typename }');
    await server.ask('{ __typename }', WITH_TOKEN);
    database.statements.length = 0;
    return server;
  }

  async function openStream(sending: Sending, of = server): Promise<EventStream> {
    const stream = await EventStream.open(of, sending);
    streams.push(stream);
    expect(stream).toMatchObject({ status: 200, headers: { 'content-type': 'text/event-stream; charset=utf-8' } });
    return stream;
  }

  /** A subscription that has been told how things are. */
  async function subscribe(selection: string, headers: Record<string, string> = {}, of = server): Promise<EventStream> {
    const stream = await openStream(subscribing(selection, headers), of);
    await told(stream);
    return stream;
  }

  /** Syncs these documents in one commit: new ones, or others in place of those of the same name. */
  async function write(documents: Readonly<Record<string, object>>): Promise<void> {
    for (const [name, fields] of Object.entries(documents)) {
      written.add(name);
      await folder.write(`${name}.md`, article(name, fields));
    }
    database.statements.length = 0;
    await sync(database, [folder.path]);
  }

  const publish = (documents: Readonly<Record<string, object>>) =>
    write(
      Object.fromEntries(Object.entries(documents).map(([name, fields]) => [name, { published: true, ...fields }])),
    );

  /** Reads of content, since the last sync began. */
  const executions = () => database.statements.filter((text) => text.includes('"contentVersion"'));

  /** The whole answer to what is not to begin: a subscription would have no end. */
  function refuse(sending: Sending, of = server): Promise<Received> {
    const tooLong = sleep(5_000, undefined, { ref: false }).then(() => Promise.reject(new Error('it has begun')));
    return Promise.race([of.send(sending), tooLong]);
  }

  test.each<[method: string, sending: Sending]>([
    ['POST', subscribing(TITLES)],
    [
      'GET',
      {
        path: `/graphql?${new URLSearchParams({ query: `subscription { live ${TITLES} }` })}`,
        headers: { accept: 'text/event-stream' },
      },
    ],
  ])(
    'by %s: told at once what the same query answers, and again after each sync that changes it',
    async (_, sending) => {
      const stream = await openStream(sending);
      for (const title of ['Changed', 'Changed again', 'And again']) {
        expect(liveOf(await told(stream))).toEqual(JSON.parse(decoded(await server.ask(TITLES))).data);
        await publish({ one: { title } });
      }
      const last = await told(stream);
      expect(titlesOf(last)).toContain('And again');
      expect(liveOf(last)).toEqual(JSON.parse(decoded(await server.ask(TITLES))).data);
      expect(stream.pending).toEqual([]);
    },
  );

  test('variables, aliases, fragments and several fields of the graph are read as in a query', async () => {
    const body = JSON.stringify({
      query:
        'subscription S($n: Int) { now: live { ...Some topics { totalCount } } } fragment Some on Query { articles(first: $n) { nodes { title } } }',
      variables: { n: 1 },
      operationName: 'S',
    });
    const { data } = await told(await openStream({ ...subscribing(''), body }));
    expect(data).toEqual({
      now: { articles: { nodes: [{ title: expect.any(String) }] }, topics: { totalCount: 1 } },
    });
  });

  test('nobody may keep what is told, nor hold it back', async () => {
    const { headers } = await openStream(subscribing(TITLES));
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
  });

  test('says nothing when a sync changes something else than what is selected', async () => {
    const [one, all] = [await subscribe(ONE), await subscribe(TITLES)];
    await publish({ two: { title: 'Changed' } });
    expect(titlesOf(await told(all))).toContain('Changed');
    await publish({ one: { title: 'Changed, too' } });
    expect(liveOf(await told(one))).toEqual({ article: { title: 'Changed, too' } });
  });

  test('a reader is told not a byte when only drafts change, then of the next that is published', async () => {
    const [reader, editor] = [await subscribe(TITLES), await subscribe(TITLES, WITH_TOKEN)];
    const { bytes } = reader;
    for (const title of ['A secret', 'Another secret']) {
      await write({ draft: { title } });
      expect(titlesOf(await told(editor))).toContain(title);
    }
    expect(reader.bytes).toBe(bytes);
    await publish({ one: { title: 'No secret' } });
    expect(titlesOf(await told(reader)).sort()).toEqual(['No secret', 'The story of two']);
  });

  test('a draft is told to a token, and not with X-Perspective: published', async () => {
    const stream = await openStream(subscribing(TITLES, WITH_TOKEN));
    expect(titlesOf(await told(stream))).toContain('The story of draft');
    const reader = await openStream(subscribing(TITLES, { ...WITH_TOKEN, ...AS_READER }));
    expect(titlesOf(await told(reader))).not.toContain('The story of draft');
    await write({ draft: { title: 'Changed' } });
    expect(titlesOf(await told(stream))).toContain('Changed');
    expect(reader.pending).toEqual([]);
    await publish({ draft: { title: 'Published' } });
    expect(titlesOf(await told(reader))).toContain('Published');
  });

  test('what is published and withdrawn is told as it comes and goes', async () => {
    const stream = await subscribe(ONE);
    await write({ one: { published: false } });
    expect(liveOf(await told(stream))).toEqual({ article: null });
    await publish({ one: { title: 'Back' } });
    expect(liveOf(await told(stream))).toEqual({ article: { title: 'Back' } });
  });

  test('a token that is revoked ends its subscriptions, in any perspective, and no others', async () => {
    const revoked = [
      await subscribe(TITLES, WITH_TOKEN),
      await subscribe(TITLES, { ...WITH_TOKEN, ...AS_READER }),
    ] as const;
    const others = [await subscribe(TITLES), await subscribe(TITLES, withToken(OTHER_TOKEN))] as const;
    server.setPreviewTokens([sha256(OTHER_TOKEN)]);
    for (const stream of revoked) await expectEnd(stream, 'UNAUTHENTICATED');
    expect(await subscriptionsOf(server)).toBe(2);
    await publish({ one: { title: 'Changed' } });
    for (const stream of others) expect(titlesOf(await told(stream))).toContain('Changed');
    expect(await refuse(subscribing(TITLES, WITH_TOKEN))).toMatchObject({ status: 401 });
  });

  test('a hundred who are told the same cost one execution, at first and after each sync', async () => {
    const readers = await Promise.all(Array.from({ length: 100 }, () => openStream(subscribing(TITLES))));
    await Promise.all(readers.map(told));
    expect(executions()).toHaveLength(1);
    for (const title of ['Changed', 'Changed again']) {
      await publish({ one: { title } });
      const events = await Promise.all(readers.map(told));
      for (const event of events) expect(titlesOf(event)).toContain(title);
      expect(executions()).toHaveLength(1);
    }
  });

  const posted = (query: string) => ({ ...subscribing(''), body: JSON.stringify({ query }) });

  test.each<[what: string, sending: Sending, status: number, code: string]>([
    ['Accept: application/json', subscribing(TITLES, { accept: 'application/json' }), 406, 'NOT_ACCEPTABLE'],
    [
      'Accept: application/graphql-response+json',
      subscribing(TITLES, { accept: 'application/graphql-response+json' }),
      406,
      'NOT_ACCEPTABLE',
    ],
    ['a bad argument', subscribing('{ articles(first: -1) { totalCount } }'), 400, 'BAD_USER_INPUT'],
    ['a wrong token', subscribing(TITLES, withToken('wrong')), 401, 'UNAUTHENTICATED'],
    ['the preview without a token', subscribing(TITLES, { 'x-perspective': 'preview' }), 401, 'UNAUTHENTICATED'],
    ['what costs too much', subscribing(TOO_DEAR), 400, 'QUERY_TOO_COMPLEX'],
    [
      'two root fields',
      posted(`subscription { a: live ${TITLES} b: live ${TITLES} }`),
      200,
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a root field of introspection', posted('subscription { __typename }'), 200, 'GRAPHQL_VALIDATION_FAILED'],
    ['a field that there is none', posted('subscription { dead { __typename } }'), 200, 'GRAPHQL_VALIDATION_FAILED'],
    ['a field in it that there is none', subscribing('{ nobody }'), 200, 'GRAPHQL_VALIDATION_FAILED'],
    ['what is no GraphQL', posted('subscription {'), 200, 'GRAPHQL_PARSE_FAILED'],
  ])('%s never begins, and runs no SQL', async (_what, sending, status, code) => {
    const answer = await refuse(sending);
    expect([answer.status, codeOf(answer)]).toEqual([status, code]);
    expect(answer.headers['cache-control']).toContain('no-store');
    expect(database.statements).toEqual([]);
    expect(await subscriptionsOf(server)).toBe(0);
  });

  test('the query of the same text is still answered as JSON', async () => {
    await openStream(subscribing(TITLES));
    expect(await server.ask(TITLES)).toMatchObject({
      status: 200,
      headers: { 'content-type': expect.stringContaining('application/json') },
    });
  });

  test('no more begin than there is room for, and there is room again when one has gone', async () => {
    const server = await serve({ maxSubscriptions: 1 });
    const first = await subscribe(TITLES, {}, server);
    database.statements.length = 0;
    const refused = await refuse(subscribing(TITLES), server);
    expect([refused.status, codeOf(refused), refused.headers['retry-after']]).toEqual([
      503,
      'SERVICE_UNAVAILABLE',
      '1',
    ]);
    expect(database.statements).toEqual([]);
    first.close();
    await until(async () => (await subscriptionsOf(server)) === 0);
    await subscribe(TITLES, {}, server);
  });

  test('what never begins takes no room from others', async () => {
    const server = await serve({ maxSubscriptions: 1 });
    const unable = { ...database, query: () => Promise.reject(new DatabaseUnavailable('away')) };
    const away = await serve({ maxSubscriptions: 1 }, unable as TestDatabase);
    for (let times = 0; times < 3; times++) {
      expect((await refuse(subscribing('{ articles(first: -1) { totalCount } }'), server)).status).toBe(400);
      expect((await refuse(subscribing(TITLES), away)).status).toBe(503);
      expect(await subscriptionsOf(away)).toBe(0);
    }
    await subscribe(TITLES, {}, server);
  });

  test('a subscription whose one field is skipped does no harm', async () => {
    const skipping = await openStream(posted(`subscription { live @skip(if: true) ${TITLES} }`));
    expect((await told(skipping)).data).toEqual({});
    const other = await subscribe(TITLES);
    await publish({ one: { title: 'Changed' } });
    expect(titlesOf(await told(other))).toContain('Changed');
    expect(skipping.pending).toEqual([]);
  });

  test('a client that goes away is forgotten, and nothing is read for it any more', async () => {
    const leaving = await Promise.all(Array.from({ length: 10 }, () => subscribe(TITLES, WITH_TOKEN)));
    expect(await subscriptionsOf(server)).toBe(10);
    for (const stream of leaving) stream.close();
    await until(async () => (await subscriptionsOf(server)) === 0);
    await publish({ one: { title: 'Changed' } });
    // Whoever reads now has been told of the change, as the others would have been.
    await server.ask(ONE, WITH_TOKEN);
    expect(executions()).toHaveLength(1);
  });

  test('a client that goes away before it is told anything is forgotten', async () => {
    const leaving = Array.from({ length: 10 }, () => EventStream.open(server, subscribing(TITLES)));
    await Promise.all(leaving.map(async (stream) => (await stream).close()));
    await until(async () => (await subscriptionsOf(server)) === 0);
  });

  test('while nothing changes, a stream says from time to time that it lives', async () => {
    const server = await serve({ eventTimings: { beat: 20, patience: 10_000 } });
    const stream = await subscribe(TITLES, {}, server);
    await until(() => stream.beats >= 5);
    expect(stream.pending).toEqual([]);
    await publish({ one: { title: 'Changed' } });
    expect(titlesOf(await told(stream))).toContain('Changed');
  });

  /** A database whose answers can be held back once they are read, and whose reads of content can fail. */
  function disturbed() {
    let free: Promise<void> | undefined;
    let release = () => {};
    let held = 0;
    let isBroken = false;
    const query: TestDatabase['query'] = async <Row>(...asked: Parameters<TestDatabase['query']>) => {
      const isContent = asked[0].includes('"contentVersion"');
      if (isContent && isBroken) throw new DatabaseUnavailable('away');
      const rows = await database.query<Row>(...asked);
      if (isContent && free) {
        held += 1;
        await free;
      }
      return rows;
    };
    return {
      database: { ...database, query },
      hold() {
        free = new Promise((resolve) => {
          release = resolve;
        });
      },
      isHolding: () => held > 0,
      release: () => release(),
      break() {
        isBroken = true;
      },
      mend() {
        isBroken = false;
      },
    };
  }

  test('a token that is revoked while an answer is being read for it is not told that answer', async () => {
    const scene = disturbed();
    const server = await serve({}, scene.database);
    const stream = await subscribe(TITLES, WITH_TOKEN, server);
    scene.hold();
    await write({ draft: { title: 'A secret' } });
    await until(scene.isHolding);
    server.setPreviewTokens([]);
    scene.release();
    await expectEnd(stream, 'UNAUTHENTICATED');
  });

  test('what changes while an answer is being told is told next', async () => {
    const scene = disturbed();
    const server = await serve({}, scene.database);
    const stream = await subscribe(ONE, {}, server);
    scene.hold();
    await publish({ one: { title: 'Take 1' } });
    await until(scene.isHolding);
    await publish({ one: { title: 'Take 2' } });
    scene.release();
    expect(liveOf(await told(stream))).toEqual({ article: { title: 'Take 1' } });
    expect(liveOf(await told(stream))).toEqual({ article: { title: 'Take 2' } });
  });

  test('what changes between two statements of an answer is told whole', async () => {
    const scene = disturbed();
    const server = await serve({}, scene.database);
    const newest = { publishedDateTime: '2024-01-01T00:00:00Z', related: [entry('two')] };
    const take = (title: string) => publish({ one: { title, ...newest }, two: { title } });
    const selection = '{ articles(first: 1) { nodes { title related(first: 1) { nodes { title } } } } }';
    const stream = await subscribe(selection, {}, server);
    scene.hold();
    await take('Take 1');
    await until(scene.isHolding);
    await take('Take 2');
    scene.release();
    expect(liveOf(await told(stream))).toEqual({
      articles: { nodes: [{ title: 'Take 2', related: { nodes: [{ title: 'Take 2' }] } }] },
    });
  });

  test('what cannot be read for the moment is told when it can be, and not as if there were nothing', async () => {
    const scene = disturbed();
    const server = await serve({}, scene.database);
    const stream = await subscribe(ONE, {}, server);
    scene.break();
    await publish({ one: { title: 'Changed' } });
    // In its turn after the first: when it is refused, so was that.
    expect(await server.ask(ONE)).toMatchObject({ status: 503 });
    scene.mend();
    await publish({ two: { title: 'Changed, too' } });
    expect(await told(stream)).toMatchObject({ data: { live: { article: { title: 'Changed' } } } });
  });

  test('a burst of commits ends with the last of them, and what one commit changes is never seen in part', async () => {
    const stream = await openStream(subscribing(PAIR));
    const editor = await openStream(subscribing(PAIR, WITH_TOKEN));
    for (let i = 1; i <= 20; i++) await publish({ one: { title: `Take ${i}` }, two: { title: `Take ${i}` } });
    for (const each of [stream, editor]) {
      const seen: string[] = [];
      await told(each);
      while (seen.at(-1) !== 'Take 20') {
        const { one, two } = liveOf(await told(each)) as Record<'one' | 'two', Titled>;
        expect(one).toEqual(two);
        seen.push(one.title);
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(each.pending).toEqual([]);
    }
  });

  test('drain ends all, says why, and lets no more begin', async () => {
    const open = [await subscribe(TITLES), await subscribe(TITLES, WITH_TOKEN)] as const;
    server.drain();
    for (const stream of open) await expectEnd(stream, 'SERVICE_UNAVAILABLE');
    expect(await subscriptionsOf(server)).toBe(0);
    const refused = await refuse(subscribing(TITLES));
    expect([refused.status, codeOf(refused)]).toEqual([503, 'SERVICE_UNAVAILABLE']);
    expect(await server.ask(TITLES)).toMatchObject({ status: 200 });
  });

  test('each telling costs what the query would, and who has nothing left is told later, not cut off', async () => {
    const { extensions } = await told(await openStream(subscribing(TITLES)));
    const { requested } = (extensions as { cost: { requested: number } }).cost;
    const cheap = 3;
    // To ask at all is a point.
    const rateLimit = createRateLimit({ points: 1 + 2 * requested + cheap, logger: pino({ level: 'silent' }) });
    const server = await HttpServer.open(database, { rateLimit });
    opened.push(server);
    const stream = await subscribe(TITLES, {}, server);
    await publish({ one: { title: 'Changed' } });
    expect(titlesOf(await told(stream))).toContain('Changed');
    const statuses: number[] = [];
    for (let times = 0; times <= cheap; times++) statuses.push((await server.ask('{ __typename }')).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const { bytes } = stream;
    await publish({ one: { title: 'Changed again' } });
    expect(await subscriptionsOf(server)).toBe(1);
    expect(stream.bytes).toBe(bytes);
  });

  test('who has no points left begins none, and is told when to come back', async () => {
    const rateLimit = createRateLimit({ points: 10, logger: pino({ level: 'silent' }) });
    const server = await HttpServer.open(database, { rateLimit });
    opened.push(server);
    const refused = await refuse(subscribing(TITLES), server);
    expect([refused.status, codeOf(refused)]).toEqual([429, 'RATE_LIMITED']);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(await subscriptionsOf(server)).toBe(0);
  });

  describe('to a client that does not read', () => {
    /** Some megabytes, of which a few fill what lies between server and client. */
    const LARGE = '{ articles(first: 100) { nodes { title excerpt } } }';
    const EXCERPT = 'What happened, '.repeat(3_000);

    beforeEach(async () => {
      const names = Array.from({ length: 50 }, (_, i) => `long-${i}`);
      await publish(Object.fromEntries(names.map((name) => [name, { excerpt: EXCERPT }])));
    });

    test('nothing is kept but the latest, which it is told when it reads again', async () => {
      const server = await serve({ eventTimings: NEVER_CUT_OFF });
      const [slow, other] = [await subscribe(LARGE, {}, server), await subscribe(LARGE, {}, server)];
      slow.pause();
      const commits = 16;
      for (let i = 1; i <= commits; i++) {
        await publish({ one: { title: `Take ${i}` } });
        expect(titlesOf(await told(other))).toContain(`Take ${i}`);
      }
      slow.resume();
      let count = 1;
      while (!titlesOf(await told(slow)).includes(`Take ${commits}`)) count += 1;
      expect(count).toBeLessThan(commits - 4);
    });

    test('it is cut off when it has taken nothing for too long, and others are told meanwhile', async () => {
      const server = await serve({ eventTimings: { beat: 60_000, patience: 1_000 } });
      const [slow, other] = [await subscribe(LARGE, {}, server), await subscribe(LARGE, {}, server)];
      slow.pause();
      for (let i = 1; (await subscriptionsOf(server)) === 2; i++) {
        expect(i).toBeLessThan(60);
        await publish({ one: { title: `Take ${i}` } });
        expect(titlesOf(await told(other))).toContain(`Take ${i}`);
      }
      slow.resume();
      expect(await slow.ended).toBe(false);
      await publish({ one: { title: 'Changed' } });
      expect(titlesOf(await told(other))).toContain('Changed');
    });
  });

  test('a thousand who are idle are all told of a commit, and all forgotten when they have gone', async () => {
    const readers: EventStream[] = [];
    for (let times = 0; times < 10; times++) {
      readers.push(...(await Promise.all(Array.from({ length: 100 }, () => subscribe(TITLES)))));
    }
    expect(await subscriptionsOf(server)).toBe(1_000);
    await publish({ one: { title: 'Changed' } });
    for (const event of await Promise.all(readers.map(told))) expect(titlesOf(event)).toContain('Changed');
    for (const stream of readers) stream.close();
    await until(async () => (await subscriptionsOf(server)) === 0);
  });
});
