import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ServerOptions } from '../../src/http/server-options.ts';
import { engines, type TestDatabase } from '../harness/engines.ts';
import { HttpServer, type Received, type Sending, shown } from '../harness/http-client.ts';
import { fillNewsroom, parameters } from '../harness/newsroom.ts';

const TOKEN = 'a-preview-token';
const PREVIEW_TOKENS = [createHash('sha256').update(TOKEN).digest('hex')];

/** Both kinds of servers: `serve`, which shows what is published, and `dev`, which shows drafts. */
const AUDIENCES: readonly Partial<ServerOptions>[] = [
  { anonymous: 'PUBLISHED', previewTokens: PREVIEW_TOKENS },
  { anonymous: 'PREVIEW', previewTokens: PREVIEW_TOKENS },
];

/** What the log is told, at level debug, of each operation that goes the ordinary way. */
const ORDINARY = 'Processing GraphQL Parameters';

const FRONT_PAGE = '{ articles(first: 5) { nodes { title webUrl provider { name } topics { name } } } }';

const QUERIES: readonly string[] = [
  '{ articles { totalCount } }',
  FRONT_PAGE,
  '{ articles(first: 40) { totalCount nodes { id title excerpt webUrl publishedDateTime type trending { score } } } }',
  '{ __typename one: articles(first: 1) { nodes { title } } two: articles(first: 2) { nodes { webUrl } } }',
  'query ($n: Int) { articles(first: $n) { nodes { title } pageInfo { hasNextPage endCursor } } }',
  'query ($n: Int! = 2) { providers(first: $n) { nodes { name articleCount } } }',
  'query ($n: Int = 3, $with: Boolean = false) { topics(first: $n) { nodes { name slug @include(if: $with) } } }',
  'query ($with: Boolean!) { articles(first: 3) { nodes { title @skip(if: $with) ...More @include(if: $with) } } } fragment More on Article { webUrl }',
  'query A($n: Int) { articles(first: $n) { totalCount } } query B { providers { totalCount } }',
  'query A { topics { totalCount } } query B($n: Int!) { providers(first: $n) { nodes { ...P } } } fragment P on Provider { domain }',
  '{ article(by: { url: "https://example.com/story-1" }) { title related { nodes { title isStub } } } }',
  '{ article(by: { url: "https://example.com/nobody" }) { title } }',
  '{ node(id: "QXJ0aWNsZTox") { id } }',
  '{ search(query: "story", first: 3) { totalCount edges { score snippet node { title } } } }',
  'query ($where: ArticleWhere) { articles(where: $where) { totalCount facets { types { value count } } } }',
  '{ __schema { queryType { name } types { name } } }',
  '{ __type(name: "Article") { fields { name type { kind } } } }',
  // What is wrong in some way, before or while it is executed.
  '',
  '   ',
  '# nothing',
  '{',
  '{ articles { nope } }',
  '{ articles(first: "many") { totalCount } }',
  '{ articles(first: -1) { totalCount } }',
  '{ articles(first: 101) { totalCount } }',
  '{ articles(after: "nonsense") { totalCount } }',
  '{ search(query: "\\u0000") { totalCount } }',
  'query ($unused: Int) { articles { totalCount } }',
  'query ($n: Nothing) { articles(first: $n) { totalCount } }',
  'mutation { articles { totalCount } }',
  'subscription { articles { totalCount } }',
  'query A { articles { totalCount } } query A { topics { totalCount } }',
  'fragment F on Article { title }',
  '{ ...Nobody }',
  'type Query { a: Int }',
];

const VARIABLES: readonly unknown[] = [
  undefined,
  null,
  {},
  { n: 1 },
  { n: 2, with: true },
  { n: null },
  { n: 3, with: false, unknown: 'variable' },
  { with: true },
  { n: -1 },
  { n: 101 },
  { n: 1.5 },
  { n: 'two' },
  { n: [2] },
  { n: { n: 2 } },
  { n: 2 ** 31 },
  { where: { isStub: { eq: false } } },
  { where: { OR: [{ quality: { gt: 10 } }, { NOT: { hasImage: true } }] } },
  { where: { quality: { gt: 'much' } } },
  { where: { nobody: 1 } },
  { where: null },
  [],
  [1],
  'text',
  '',
  7,
  false,
];

const OPERATION_NAMES: readonly unknown[] = [
  undefined,
  null,
  'A',
  'B',
  'C',
  '',
  'constructor',
  '__proto__',
  7,
  false,
  {},
];

const often = <T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(usual, ...others) });

/** What is asked: mostly something that the schema knows, with the variables that it takes. */
const asked = fc.record({
  query: fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom(...QUERIES.slice(0, 17)) },
    { weight: 9, arbitrary: fc.constantFrom(...QUERIES) },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(undefined, null, 7, {}, [FRONT_PAGE]) },
  ),
  variables: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...VARIABLES.slice(0, 8)) },
    { weight: 1, arbitrary: fc.constantFrom(...VARIABLES) },
  ),
  operationName: often<unknown>(undefined, ...OPERATION_NAMES),
  extensions: often<unknown>(undefined, undefined, null, {}, { persistedQuery: {} }, [], 'text'),
});

type Asked = typeof asked extends fc.Arbitrary<infer T> ? T : never;

/** What else a body may have, as text after its first `{`. */
const additions = often<string>(
  '',
  '"unknown": 1,',
  '"unknown": null,',
  '"__proto__": {},',
  '"id": "1",',
  '"query": "{",',
);

/** What may befall a body of JSON on its way. */
const mishaps: readonly ((json: string) => string | Buffer)[] = [
  (json) => ` \n${json}\t`,
  (json) => `\ufeff${json}`,
  (json) => json.slice(0, -1),
  (json) => `${json}}`,
  (json) => `[${json}]`,
  (json) => `[${json},${json}]`,
  (json) => JSON.stringify(json),
  (json) => json.replace('{', '{"variables":{"n":1e999},'),
  (json) => json.replace(/"n":\d/, '"n":1e999'),
  (json) => json.replace(/"n":\d/, '"n":1e0'),
  (json) => json.replace(/"n":\d/, '"n":01'),
  (json) => json.replace(/"n":\d/, `"deep":${'['.repeat(30_000)}${']'.repeat(30_000)}`),
  (json) => json.replace('}', `${' '.repeat(50_000)}}`),
  (json) => json.replace('}', `${' '.repeat(150_000)}}`),
  (json) => json.replaceAll('title', 'title #é\ud800\\n'),
  (json) => Buffer.concat([Buffer.from(json.slice(0, -1)), Buffer.from([0xff]), Buffer.from(json.slice(-1))]),
  (json) => Buffer.from(json.replaceAll('story', 'störy'), 'latin1'),
  (json) => Buffer.from(json, 'utf16le'),
  (json) => gzipSync(json),
  () => '',
  () => ' ',
  () => 'null',
  () => 'true',
  () => '"text"',
  () => '[]',
  () => '{}',
  () => '{"query":',
  () => '\0',
];

const postBody = fc
  .tuple(
    asked,
    additions,
    often<(json: string) => string | Buffer>((json) => json, ...mishaps),
  )
  .map(([parameters, addition, befall]) => befall(JSON.stringify(parameters).replace('{', () => `{${addition}`)));

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));

/** The parameters of a GET, as URLs have them. */
function searchOf(parameters: Asked): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return new URLSearchParams(given.map(([name, value]) => [name, textOf(value) ?? ''])).toString();
}

const searchMishaps: readonly ((search: string) => string)[] = [
  (search) => `${search}#fragment`,
  (search) => search.replace('&', '#&'),
  (search) => search.replaceAll('%20', ' ').replaceAll('+', '%20'),
  (search) => `${search}&${search}`,
  (search) => `query=%7B&${search}`,
  (search) => `${search}&unknown=1`,
  (search) => `${search}&variables=`,
  (search) => `${search}&variables=%7B`,
  (search) => `${search}&extensions=`,
  (search) => `${search}%zz%`,
  (search) => `?${search}`,
  (search) => search.replaceAll('%7B', '{').replaceAll('%7D', '}').replaceAll('%22', '"'),
  (search) => search.replaceAll('title', '%EF%BB%BFtitle'),
  (search) => search.replace('=', '=%EF%BB%BF'),
  (search) => search.replaceAll('+', '%0a%09'),
  (search) => `${search}&operationName=é`,
  () => '',
];

const getSearch = fc
  .tuple(
    asked,
    often<(search: string) => string>((search) => search, ...searchMishaps),
  )
  .map(([parameters, befall]) => befall(searchOf(parameters)))
  // Whatever else is in a URL, the client itself would refuse to send.
  .map((search) => search.replaceAll(' ', '%20').replace(/[^\x21-\xff]/g, ''));

/** Stands for the `ETag` that the answer is going to have. */
const ITS_OWN = 'its-own';

const headers = fc
  .record({
    accept: often<string | undefined>(
      'application/json',
      undefined,
      '*/*',
      '',
      'application/graphql-response+json',
      'application/graphql-response+json, application/json;q=0.9',
      'application/json, application/graphql-response+json',
      'application/json; charset=utf-8',
      'application/json; charset=utf-16',
      'application/json;q=0',
      'Application/JSON',
      'application/*',
      'text/event-stream',
      'multipart/mixed',
      'image/png',
      ',',
    ),
    authorization: often<string | undefined>(
      undefined,
      `Bearer ${TOKEN}`,
      `Bearer ${TOKEN}`,
      `bearer  ${TOKEN}`,
      'Bearer wrong',
      'Bearer',
      'Basic YTpi',
      '',
    ),
    'x-perspective': often<string | undefined>(
      undefined,
      'published',
      'PREVIEW',
      'everything',
      '',
      'published, preview',
    ),
    origin: often<string | undefined>(
      undefined,
      'http://localhost:5173',
      'https://[::1]',
      'https://evil.example',
      'http://localhost.evil.example',
      'null',
      '',
    ),
    'if-none-match': often<string | undefined>(
      undefined,
      '*',
      ITS_OWN,
      `W/${ITS_OWN}`,
      `"other", ${ITS_OWN}`,
      '"other"',
      'nonsense',
      '',
    ),
    'accept-encoding': often<string | undefined>(
      undefined,
      'gzip',
      'br',
      'gzip, deflate, br, zstd',
      'br;q=0, gzip;q=0.5',
      'br;q=0.1, gzip;q=0.9',
      'GZIP',
      '*',
      '*;q=0',
      'identity',
      'identity;q=0, br',
      'deflate',
      '',
    ),
    host: often<string | undefined>(
      undefined,
      'localhost:4000',
      'api.localhost',
      'LOCALHOST',
      '[::1]:4000',
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1@evil.example',
      '127.0.0.1/graphql?',
      'localhost?',
      'localhost#',
      'a b',
      ':',
      '',
    ),
    'content-encoding': fc.constantFrom(...Array(30).fill(undefined), 'gzip', 'identity'),
    expect: fc.constantFrom(...Array(30).fill(undefined), '100-continue'),
  })
  .map(given);

const contentType = often<string | undefined>(
  'application/json',
  undefined,
  '',
  'application/json; charset=utf-8',
  'application/json;charset=UTF-8',
  'application/json; charset="utf-8"',
  'application/json; charset=utf-16',
  'application/json; charset=latin1',
  'application/json ; charset=utf-8',
  'application/json;',
  'application/json, text/plain',
  'Application/JSON',
  'application/graphql+json',
  'application/graphql-response+json',
  'application/graphql',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'text/plain',
  'nonsense',
);

const post: fc.Arbitrary<Sending> = fc
  .record({
    method: fc.constant('POST'),
    path: often(
      '/graphql',
      '/graphql?',
      '/graphql?query={a}',
      '/graphql/',
      '//graphql',
      '/graphqls',
      '/GRAPHQL',
      '/',
      '*',
    ),
    contentType,
    headers,
    body: postBody,
    chunked: often(false, true),
  })
  .map(({ contentType, headers, ...sending }) => ({
    ...sending,
    headers: given({ ...headers, 'content-type': contentType }),
  }));

const get: fc.Arbitrary<Sending> = fc.record({
  method: fc.constant('GET'),
  path: fc
    .tuple(often('/graphql?', '/graphql/?', '/graphql#', '/graphqls?', 'http://evil.example/graphql?', '/?'), getSearch)
    .map((parts) => parts.join('')),
  headers,
});

const other: fc.Arbitrary<Sending> = fc.record({
  method: fc.constantFrom('HEAD', 'OPTIONS', 'PUT', 'DELETE', 'PATCH', 'QUERY'),
  path: fc.oneof(
    getSearch.map((search) => `/graphql?${search}`),
    fc.constantFrom('/graphql', '/health', '/ready', '/nowhere'),
  ),
  headers,
});

const sending = fc.oneof(
  { weight: 12, arbitrary: post },
  { weight: 7, arbitrary: get },
  { weight: 1, arbitrary: other },
);

/** Those headers that are sent at all. */
function given(headers: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

describe.each(engines)('the express lane on %s', (_name, open) => {
  let database: TestDatabase;
  let express: readonly HttpServer[];
  let ordinary: readonly HttpServer[];

  beforeAll(async () => {
    database = await open();
    await fillNewsroom(database);
    await database.listen();
    express = await Promise.all(AUDIENCES.map((options) => HttpServer.open(database, options)));
    ordinary = await Promise.all(
      AUDIENCES.map((options) => HttpServer.open(database, { ...options, fastPath: false })),
    );
  });

  afterAll(async () => {
    await Promise.all([...express, ...ordinary].map((server) => server.close()));
    await database.close();
  });

  beforeEach(() => {
    for (const { crashes, debugged } of [...express, ...ordinary]) {
      crashes.length = 0;
      debugged.length = 0;
    }
  });

  /** How many of its operations a server has not left to the ordinary way since it was last asked. */
  const wentOrdinary = ({ debugged }: HttpServer) => debugged.splice(0).includes(ORDINARY);

  test('answers as the ordinary way does, to the byte, whatever is sent', async () => {
    const answered = { express: 0, ordinary: 0 };
    const property = fc.asyncProperty(fc.nat(1), sending, async (audience, wanted) => {
      const [lane, usual] = [express[audience] as HttpServer, ordinary[audience] as HttpServer];
      const sending = await withOwnEtag(usual, wanted);
      const expected = await usual.send(sending);
      // A document is known once it has been answered, and compiled when it is asked for again.
      await lane.send(sending);
      await lane.send(sending);
      wentOrdinary(lane);
      const received = await lane.send(sending);
      if (received.status < 400 && sending.path?.startsWith('/graphql'))
        answered[wentOrdinary(lane) ? 'ordinary' : 'express'] += 1;
      expect(shown(received)).toEqual(shown(expected));
      expect([...lane.crashes, ...usual.crashes]).toEqual([]);
    });
    await fc.assert(property, parameters(600));
    expect(answered.express).toBeGreaterThan(answered.ordinary);
  });

  test('takes what plain clients send, from the second time on', async () => {
    const server = express[0] as HttpServer;
    const path = `/graphql?query=${encodeURIComponent(FRONT_PAGE)}`;
    const plain: readonly (() => Promise<Received>)[] = [
      () => server.ask(FRONT_PAGE),
      () => server.ask(FRONT_PAGE, { 'content-type': 'application/json; charset=UTF-8', accept: '*/*' }),
      () => server.ask(FRONT_PAGE, { accept: 'application/graphql-response+json', 'accept-encoding': 'gzip, br' }),
      () => server.ask(FRONT_PAGE, { authorization: `Bearer ${TOKEN}` }),
      () => server.ask('query ($n: Int) { articles(first: $n) { totalCount } }', {}, { n: 2 }),
      () => server.send({ path }),
      () => server.send({ path, headers: { accept: 'application/json', 'if-none-match': '*' } }),
    ];
    for (const send of plain) {
      await send();
      wentOrdinary(server);
      expect((await send()).status).toBeLessThan(400);
      expect(wentOrdinary(server)).toBe(false);
    }
  });

  test('is off where it is told to be', async () => {
    const server = ordinary[0] as HttpServer;
    for (let times = 0; times < 3; times++) {
      await server.ask(FRONT_PAGE);
      expect(wentOrdinary(server)).toBe(true);
    }
  });

  test('survives a client that hangs up in the middle of its request', async () => {
    const server = express[0] as HttpServer;
    const { hostname, port } = new URL(server.origin);
    for (let times = 0; times < 3; times++) {
      const socket = connect(Number(port), hostname);
      await new Promise<void>((resolve) => socket.once('connect', resolve));
      const head = `POST /graphql HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n`;
      await new Promise((resolve) => socket.write(`${head}{"query":`, resolve));
      // Answered over another connection, so the server has read the first one by then.
      await server.ask(FRONT_PAGE);
      await new Promise((resolve) => socket.once('close', resolve).destroy());
      expect((await server.ask(FRONT_PAGE)).status).toBe(200);
    }
    expect(server.crashes).toEqual([]);
  });

  test('survives variables that are nested too deeply to be looked at', async () => {
    const deep = `${'['.repeat(49_000)}${']'.repeat(49_000)}`;
    const body = `{"query":${JSON.stringify(FRONT_PAGE)},"variables":{"deep":${deep}}}`;
    const server = express[0] as HttpServer;
    for (let times = 0; times < 3; times++) {
      await server.send({ method: 'POST', headers: { 'content-type': 'application/json' }, body });
      expect((await server.ask(FRONT_PAGE)).status).toBe(200);
    }
    expect(server.crashes).toEqual([]);
  });

  test.each([
    ['a host with more than a name', { host: '127.0.0.1/graphql?' }],
    ['a host with a user', { host: 'localhost@evil.example' }],
    ['a host with a space', { host: 'a b' }],
  ])('%s is 400, and tells nothing of this program', async (_what, headers) => {
    for (const server of [...express, ...ordinary]) {
      const answer = await server.ask(FRONT_PAGE, headers);
      expect([answer.status, answer.body.toString()]).toEqual([400, '']);
    }
  });
});

/** The request with the `ETag` in it that its answer is going to have. */
async function withOwnEtag(server: HttpServer, sending: Sending): Promise<Sending> {
  const { 'if-none-match': condition, ...headers } = sending.headers ?? {};
  if (!condition?.includes(ITS_OWN)) return sending;
  const { etag = '"none"' } = (await server.send({ ...sending, headers })).headers;
  return { ...sending, headers: { ...headers, 'if-none-match': condition.replace(ITS_OWN, etag) } };
}
