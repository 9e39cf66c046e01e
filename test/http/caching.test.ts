import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sync } from '../../src/content/sync.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import type { ServerOptions } from '../../src/http/server-options.ts';
import { engines, type TestDatabase } from '../harness/engines.ts';
import { article, entry, type TestFolder, testFolder } from '../harness/files.ts';
import { decoded, HttpServer, type Received } from '../harness/http-client.ts';

const TOKEN = 'a-preview-token';
const WITH_TOKEN = { authorization: `Bearer ${TOKEN}` };
const PREVIEW_TOKENS = [createHash('sha256').update(TOKEN).digest('hex')];

const TITLES = '{ articles(first: 100) { nodes { title } } }';
const LONG = '{ articles(first: 100) { nodes { id title excerpt webUrl provider { id name } } } }';

const DEEP =
  '{ articles(first: 100) { nodes { title excerpt related { nodes { title related { nodes { title } } } } } } }';

const NAMES = Array.from({ length: 10 }, (_, i) => `story-${i}`);
const EXCERPT = 'What happened, '.repeat(20);

/** Headers, each with the encoding that it asks for. */
const ACCEPTED: readonly (readonly [accepted: string, encoding: string | undefined])[] = [
  ['br', 'br'],
  ['gzip', 'gzip'],
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip, br;q=0', 'gzip'],
  ['gzip;q=1.0, br;q=0.5', 'gzip'],
  ['gzip;q=0.5, br;q=0.5', 'br'],
  ['br;q=0.001, identity', undefined],
  ['identity;q=0.5, gzip;q=0.5', 'gzip'],
  ['gzip;q=much', undefined],
  ['BR;Q=1', 'br'],
  ['*', 'br'],
  ['br;q=0, *', 'gzip'],
  ['*;q=0', undefined],
  ['gzip;q=0.000', undefined],
  ['deflate', undefined],
  ['identity', undefined],
  ['', undefined],
  ['nonsense;;q=,', undefined],
];

/** Of syntax, of validation, of a value, of a token, of a header. */
const ERRORS: readonly (readonly [query: string, headers: Record<string, string>])[] = [
  ['{', {}],
  ['{ nobody }', {}],
  ['{ articles(first: -1) { totalCount } }', {}],
  [TITLES, { authorization: 'Bearer wrong' }],
  [TITLES, { accept: 'image/png' }],
];

const NO_STORE = { 'cache-control': 'no-store' };
const PUBLISHED = {
  'cache-control': 'public, max-age=0, s-maxage=5, stale-while-revalidate=60',
  vary: 'Accept, Accept-Encoding, Authorization, X-Perspective',
  etag: expect.stringMatching(/^"[\w-]{22}(-br|-gzip)?"$/),
};

const etagOf = ({ headers }: Received) => headers.etag as string;
const titlesOf = (answer: Received): string[] =>
  JSON.parse(decoded(answer)).data.articles.nodes.map(({ title }: { title: string }) => title);

describe.each(engines)('the cache of answers on %s', (engine, open) => {
  const onPostgres = engine === 'PostgreSQL' ? test : test.skip;
  let database: TestDatabase;
  let folder: TestFolder;
  let server: HttpServer;
  const opened: HttpServer[] = [];
  const written: string[] = [];

  beforeAll(async () => {
    database = await open();
    await database.listen();
    folder = await testFolder();
  });

  beforeEach(async () => {
    await fill();
    server = await serve();
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((server) => server.close()));
    for (const name of written.splice(0)) await folder.remove(name);
  });

  afterAll(async () => {
    await Promise.all([folder.dispose(), database.close()]);
  });

  /** Makes the content what it was at first: nothing is done where it still is. */
  async function fill(): Promise<void> {
    for (const name of NAMES) await folder.write(`${name}.md`, article(name, { published: true, excerpt: EXCERPT }));
    await folder.write('draft.md', article('draft'));
    await sync(database, [folder.path]);
  }

  /** A server of this test's own, which has read the catalog and nothing else. */
  async function serve(options: Partial<ServerOptions> = {}, of = database): Promise<HttpServer> {
    const server = await HttpServer.open(of, { previewTokens: PREVIEW_TOKENS, ...options });
    opened.push(server);
    await server.ask('{ __typename }');
    await server.ask('{ __typename }', WITH_TOKEN);
    database.statements.length = 0;
    return server;
  }

  /** Syncs one more document, or another in place of the one of that name. */
  async function write(name: string, fields: object): Promise<void> {
    await folder.write(`${name}.md`, article(name, fields));
    if (!NAMES.includes(name) && name !== 'draft' && !written.includes(`${name}.md`)) written.push(`${name}.md`);
    await sync(database, [folder.path]);
    database.statements.length = 0;
  }

  const publish = (name: string, fields: object = {}) => write(name, { published: true, ...fields });

  test('100 who ask the same at the same time, and for the first time, cost one execution', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => server.ask(TITLES)));
    expect(database.statements).toHaveLength(1);
    expect(new Set(answers.map((answer) => JSON.stringify([answer.status, etagOf(answer), decoded(answer)])))).toEqual(
      new Set([JSON.stringify([200, etagOf(answers[0] as Received), decoded(answers[0] as Received)])]),
    );
  });

  test('100 who ask again after a sync cost one execution, and what the catalog is read with', async () => {
    await server.ask(TITLES);
    await publish('new');
    const answers = await Promise.all(Array.from({ length: 100 }, () => server.ask(TITLES)));
    expect(database.statements).toHaveLength(2);
    for (const answer of answers) expect(titlesOf(answer)).toContain('The story of new');
  });

  test('an answer that is kept costs no SQL, by POST or by GET', async () => {
    const first = await server.ask(TITLES);
    expect(database.statements).toHaveLength(1);
    const again = await server.ask(TITLES);
    const byGet = await server.send({ path: `/graphql?query=${encodeURIComponent(TITLES)}` });
    expect(database.statements).toHaveLength(1);
    expect([again.body, byGet.body]).toEqual([first.body, first.body]);
  });

  test('other variables, another operation and another text are other answers', async () => {
    const query = 'query A($n: Int) { articles(first: $n) { nodes { title } } } query B { articles { totalCount } }';
    const ask = async (operationName: string, variables: object) => {
      const body = JSON.stringify({ query, operationName, variables });
      const sending = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
      await server.send(sending);
      return JSON.parse(decoded(await server.send(sending))).data.articles;
    };
    expect((await ask('A', { n: 1 })).nodes).toHaveLength(1);
    expect((await ask('A', { n: 2 })).nodes).toHaveLength(2);
    expect(await ask('B', { n: 2 })).toEqual({ totalCount: 10 });
  });

  test('a number that JSON cannot write does not get the answer of null', async () => {
    const query = 'query ($n: Int) { articles(first: $n) { totalCount } }';
    const ask = (n: string) => {
      const body = `{"query":${JSON.stringify(query)},"variables":{"n":${n}}}`;
      return server.send({ method: 'POST', headers: { 'content-type': 'application/json' }, body });
    };
    for (let times = 0; times < 3; times++) {
      expect(await ask('null')).toMatchObject({ status: 200 });
      expect(await ask('1e999')).toMatchObject({ status: 400, headers: NO_STORE });
    }
  });

  test('what a sync publishes, changes and takes away shows in the very next request', async () => {
    for (let times = 0; times < 3; times++) await server.ask(TITLES);
    await publish('new', { publishedDateTime: '2024-01-01T00:00:00Z' });
    expect(titlesOf(await server.ask(TITLES))[0]).toBe('The story of new');
    await publish('new', { publishedDateTime: '2024-01-01T00:00:00Z', title: 'Changed' });
    expect(titlesOf(await server.ask(TITLES))[0]).toBe('Changed');
    await folder.remove(written.pop() as string);
    await sync(database, [folder.path]);
    expect(titlesOf(await server.ask(TITLES))).not.toContain('Changed');
  });

  onPostgres('what another process syncs shows as soon as its commit is heard of', async () => {
    for (let times = 0; times < 3; times++) await server.ask(TITLES);
    const other = openPostgres({ url: urlOf(database) });
    try {
      const heard = new Promise<void>((resolve) => {
        database.onChange((news) => news?.perspective === 'PUBLISHED' && resolve());
      });
      await folder.write('new.md', article('new', { published: true }));
      written.push('new.md');
      await sync(other, [folder.path]);
      await heard;
      expect(titlesOf(await server.ask(TITLES))).toContain('The story of new');
    } finally {
      await other.close();
    }
  });

  test('a server that cannot hear of commits looks for them, and gives what it has kept while there are none', async () => {
    const server = await serve({}, { ...database, onChange: () => {}, isListening: () => false });
    for (let times = 0; times < 3; times++) await server.ask(TITLES);
    const executions = () => database.statements.filter((statement) => statement.includes('title'));
    expect(executions()).toHaveLength(1);
    await publish('new');
    expect(titlesOf(await server.ask(TITLES))).toContain('The story of new');
  });

  test('requests that come while a sync runs never see less than one that was answered before', async () => {
    let seen = 0;
    for (let round = 0; round < 3; round++) {
      const done = publish(`new-${round}`).then(() => true);
      const counts: number[] = [];
      while (!(await Promise.race([done, Promise.resolve(false)]))) {
        const answer = await server.ask('{ articles { totalCount } }');
        counts.push(JSON.parse(decoded(answer)).data.articles.totalCount);
      }
      counts.push(JSON.parse(decoded(await server.ask('{ articles { totalCount } }'))).data.articles.totalCount);
      expect(counts).toEqual(counts.toSorted((a, b) => a - b));
      expect(counts[0]).toBeGreaterThanOrEqual(seen);
      seen = counts.at(-1) as number;
      expect(seen).toBe(NAMES.length + round + 1);
    }
  });

  test('a sync that changes drafts only leaves what is published as it is: answers, ETags, and no execution', async () => {
    const before = await server.ask(TITLES);
    await write('draft', { title: 'Changed' });
    await write('another', {});
    const after = await server.ask(TITLES);
    expect([etagOf(after), after.body]).toEqual([etagOf(before), before.body]);
    expect(database.statements).toEqual([expect.not.stringContaining('"title"')]);
    expect(titlesOf(await server.ask(TITLES, WITH_TOKEN))).toContain('Changed');
  });

  test('If-None-Match: whoever has the answer gets 304, without a body and without an execution', async () => {
    const etag = etagOf(await server.ask(LONG));
    const weak = `W/${etag}`;
    for (const condition of [etag, weak, `"other", ${etag}`, `"other",${weak}`, '*']) {
      const answer = await server.ask(LONG, { 'if-none-match': condition });
      expect([condition, answer]).toMatchObject([condition, { status: 304, headers: { ...PUBLISHED, etag } }]);
      expect(answer.body).toHaveLength(0);
      expect(answer.headers['content-type']).toBeUndefined();
    }
    for (const condition of ['"other"', etag.slice(1, -1), `"${etag}"`, '']) {
      expect(await server.ask(LONG, { 'if-none-match': condition })).toMatchObject({ status: 200 });
    }
    expect(database.statements).toHaveLength(1);
  });

  test('If-None-Match: whoever has an answer of the past gets the present one', async () => {
    const etag = etagOf(await server.ask(TITLES));
    await publish('story-3', { title: 'Changed' });
    const answer = await server.ask(TITLES, { 'if-none-match': etag });
    expect(answer).toMatchObject({ status: 200, headers: PUBLISHED });
    expect(etagOf(answer)).not.toBe(etag);
    expect(titlesOf(answer)).toContain('Changed');
  });

  test('what has not changed has the same ETag after a sync, on another server, and by the ordinary way', async () => {
    const query = '{ article(by: { url: "https://example.com/story-1" }) { title } }';
    const etag = etagOf(await server.ask(query));
    await publish('new');
    const servers = [server, await serve(), await serve({ lane: false }), await serve({ cacheBytes: 0 })];
    for (const server of [...servers, ...servers]) expect(etagOf(await server.ask(query))).toBe(etag);
  });

  test('each encoding is the same answer under an ETag of its own', async () => {
    const plain = await server.ask(LONG);
    const [br, gzip] = [
      await server.ask(LONG, { 'accept-encoding': 'br' }),
      await server.ask(LONG, { 'accept-encoding': 'gzip' }),
    ];
    expect([plain, br, gzip].map(({ headers }) => headers['content-encoding'])).toEqual([undefined, 'br', 'gzip']);
    expect([decoded(br), decoded(gzip)]).toEqual([decoded(plain), decoded(plain)]);
    expect(br.body.length).toBeLessThan(plain.body.length / 3);
    expect(new Set([plain, br, gzip].map(etagOf)).size).toBe(3);
    for (const answer of [plain, br, gzip]) {
      expect(answer.headers).toMatchObject({ ...PUBLISHED, 'content-length': String(answer.body.length) });
    }
    expect(await server.ask(LONG, { 'accept-encoding': 'gzip', 'if-none-match': etagOf(br) })).toMatchObject({
      status: 200,
    });
    expect(await server.ask(LONG, { 'accept-encoding': 'gzip', 'if-none-match': etagOf(gzip) })).toMatchObject({
      status: 304,
    });
  });

  test('what PostgreSQL sends as bytes is kept, compressed and found unchanged like any other answer', async () => {
    const plainly = await serve({ lane: false });
    const isWritten: boolean[] = [];
    for (let times = 0; times < 4; times++) {
      // Told again after each commit: the first times it is resolved.
      await publish('new', { title: `Told for the ${times}th time 漢`, related: [entry('far')] });
      const expected = await plainly.ask(DEEP);
      database.statements.length = 0;
      for (const accepted of ['gzip', 'identity', 'br', 'identity']) {
        const answer = await server.ask(DEEP, { 'accept-encoding': accepted });
        expect(decoded(answer)).toBe(decoded(expected));
        expect(answer.headers).toMatchObject({ ...PUBLISHED, 'content-length': String(answer.body.length) });
        const known = { 'accept-encoding': accepted, 'if-none-match': etagOf(answer) };
        expect(await server.ask(DEEP, known)).toMatchObject({ status: 304 });
      }
      isWritten.push(database.statements.some((statement) => statement.includes('string_agg(')));
    }
    expect(isWritten).toEqual([false, false, true, true]);
  });

  test('Accept-Encoding: the one liked best is sent, br where two are liked as much', async () => {
    for (const [accepted, encoding] of ACCEPTED) {
      for (let times = 0; times < 2; times++) {
        const answer = await server.ask(LONG, { 'accept-encoding': accepted });
        expect([accepted, answer.headers['content-encoding']]).toEqual([accepted, encoding]);
        expect(titlesOf(answer)).toHaveLength(10);
      }
    }
  });

  test('what is small is not compressed', async () => {
    const answer = await server.ask('{ articles { totalCount } }', { 'accept-encoding': 'gzip, br' });
    expect(answer.headers['content-encoding']).toBeUndefined();
    expect(answer.headers).toMatchObject(PUBLISHED);
  });

  test('a preview is private, has no ETag, is never 304, and is executed each time', async () => {
    for (let times = 1; times <= 3; times++) {
      const answer = await server.ask(TITLES, { ...WITH_TOKEN, 'if-none-match': '*' });
      expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'private, no-store' } });
      expect(answer.headers.etag).toBeUndefined();
      expect(database.statements).toHaveLength(times);
    }
  });

  test('no preview is ever shown to a reader, nor what is published taken for a preview', async () => {
    const shows = async (headers: Record<string, string>) =>
      titlesOf(await server.ask(TITLES, headers)).includes('The story of draft');
    const asReader = { ...WITH_TOKEN, 'x-perspective': 'published' };
    for (let times = 0; times < 4; times++) {
      expect(await shows(WITH_TOKEN)).toBe(true);
      expect(await shows({})).toBe(false);
      expect(await shows(asReader)).toBe(false);
    }
    const mixed = await Promise.all(
      Array.from({ length: 60 }, (_, i) => shows([WITH_TOKEN, {}, asReader][i % 3] ?? {})),
    );
    expect(mixed).toEqual(mixed.map((_, i) => i % 3 === 0));
  });

  test('a wrong token is 401 even for an answer that is kept', async () => {
    for (let times = 0; times < 3; times++) await server.ask(TITLES);
    expect(await server.ask(TITLES, { authorization: 'Bearer wrong' })).toMatchObject({
      status: 401,
      headers: NO_STORE,
    });
  });

  test('an error may be kept by nobody, whatever it is and whatever its status', async () => {
    for (const [query, headers] of ERRORS) {
      for (const accept of ['application/json', 'application/graphql-response+json']) {
        for (let times = 0; times < 3; times++) {
          const answer = await server.ask(query, { accept, ...headers });
          expect([query, answer]).toMatchObject([query, { headers: NO_STORE }]);
          expect(answer.headers.etag).toBeUndefined();
        }
      }
    }
  });

  test('an error while executing is kept neither here nor by anybody, and is over when its cause is', async () => {
    let isBroken = false;
    const broken = () => Promise.reject(new Error('broken'));
    const fragile: TestDatabase = {
      ...database,
      query: (...parameters) => (isBroken ? broken() : database.query(...parameters)),
      raw: (...parameters) => (isBroken ? broken() : database.raw(...parameters)),
    };
    const server = await serve({}, fragile);
    isBroken = true;
    for (let times = 0; times < 3; times++) {
      const answers = await Promise.all([server.ask(TITLES), server.ask(TITLES)]);
      for (const answer of answers) {
        expect(decoded(answer)).toContain('"Unexpected error."');
        expect(answer.headers).toMatchObject(NO_STORE);
        expect(answer.headers.etag).toBeUndefined();
      }
    }
    isBroken = false;
    expect(titlesOf(await server.ask(TITLES))).toHaveLength(10);
    isBroken = true;
    expect(titlesOf(await server.ask(TITLES))).toHaveLength(10);
  });

  test('cacheBytes: 0 keeps nothing', async () => {
    const server = await serve({ cacheBytes: 0 });
    for (let times = 1; times <= 4; times++) {
      expect((await server.ask(TITLES)).headers).toMatchObject(PUBLISHED);
      expect(database.statements).toHaveLength(times);
    }
  });

  test('the cache keeps no more bytes than it may: of many answers the ones asked for last', async () => {
    const bytes = 25_000;
    const server = await serve({ cacheBytes: bytes });
    const query = (n: number) => `query ($n: Int = ${n}) { articles(first: 5) { nodes { title webUrl } } }`;
    for (let n = 0; n < 100; n++) await server.ask(query(n));
    const size = (await server.ask(query(0))).body.length;
    database.statements.length = 0;
    for (let n = 99; n >= 0; n--) await server.ask(query(n));
    const kept = 100 - database.statements.length;
    expect(kept).toBeGreaterThan(5);
    expect(kept * size).toBeLessThan(bytes);
  });

  test('an answer too large for the cache is given, and made each time', async () => {
    const server = await serve({ cacheBytes: 40_000 });
    for (let times = 1; times <= 3; times++) {
      expect(titlesOf(await server.ask(LONG))).toHaveLength(10);
      expect(database.statements).toHaveLength(times);
    }
  });

  test('HEAD is refused as a method, OPTIONS says what is allowed, and neither is executed', async () => {
    await server.ask(TITLES);
    const path = `/graphql?query=${encodeURIComponent(TITLES)}`;
    const head = await server.send({ method: 'HEAD', path });
    expect(head).toMatchObject({ status: 405, headers: { ...NO_STORE, allow: 'GET, POST' } });
    expect(head.body).toHaveLength(0);
    const options = await server.send({ method: 'OPTIONS', headers: { origin: 'https://app.example' } });
    expect(options).toMatchObject({
      status: 204,
      headers: {
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'GET, POST, OPTIONS',
        'access-control-allow-headers': 'Accept, Authorization, Content-Type, If-None-Match, X-Perspective',
      },
    });
    expect(database.statements).toHaveLength(1);
  });
});

/** Where a database of PostgreSQL lies, for another process to open it. */
function urlOf({ name }: TestDatabase): string {
  const url = new URL(process.env['TEST_DATABASE_URL'] as string);
  url.pathname = name.slice(name.lastIndexOf('/'));
  return url.href;
}
