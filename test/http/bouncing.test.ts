import { createHash } from 'node:crypto';
import { hostname } from 'node:os';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { engines, type TestDatabase, withSeeds } from '../harness/engines.ts';
import { decoded, HttpServer, type Received, type Sending } from '../harness/http-client.ts';
import { say, trickle } from '../harness/raw-http.ts';

const [[, openEmbedded]] = engines as [(typeof engines)[number]];
const TOKEN = 'a-preview-token';
const PREVIEW_TOKENS = [createHash('sha256').update(TOKEN).digest('hex')];

const JSON_TYPE = { 'content-type': 'application/json' };
/** Its clients are told of faults in a document by the status, too. */
const STRICT = { ...JSON_TYPE, accept: 'application/graphql-response+json' };

const QUERY = '{ articles { totalCount } }';
const BODY = JSON.stringify({ query: QUERY });
const MAX_BODY_BYTES = 262_144;

/** Stands for what a client would not want to find in somebody's log. */
const SECRET = 'hunter2';

/** What nobody outside needs to know of this program and of the machine that it runs on. */
const INSIDES: readonly (string | RegExp)[] = [
  'node_modules',
  process.cwd(),
  hostname(),
  SECRET,
  /\.[cm]?[jt]s\b/,
  /\bat \S+ \(/,
  /\bselect\b.+\bfrom\b/is,
  /postgres|pglite|drizzle/i,
];

const times = (count: number, write: (i: number) => string, by = ' ') =>
  Array.from({ length: count }, (_, i) => write(i)).join(by);
const within = (depth: number, open: string, close: string, inner = '') =>
  open.repeat(depth) + inner + close.repeat(depth);

/** Each of `levels` fragments selects the next one `width` times. */
const fragments = (levels: number, type: string, last: string, select: (next: string) => string) =>
  `${times(levels, (i) => `fragment F${i} on ${type} { ${select(`...F${i + 1}`)} }`)} fragment F${levels} on ${type} { ${last} }`;

/** Documents, each with what it has too much of. */
const TOO_COMPLEX: readonly (readonly [what: string, limit: string, query: string])[] = [
  ['a query that is 5,000 deep', 'nesting', within(5_000, '{ a ', '}')],
  ['a list that is 5,000 deep', 'nesting', `{ articles(ids: ${within(5_000, '[', ']')}) { totalCount } }`],
  [
    'a filter that is 5,000 deep',
    'nesting',
    `{ articles(where: ${within(5_000, '{ NOT: ', '}', '{}')}) { totalCount } }`,
  ],
  ['a query that is deeper than any page needs', 'depth', within(9, '{ articles { nodes ', '} }', '{ id }')],
  [
    'a query whose depth is in its fragments',
    'depth',
    `{ articles { nodes { ...F0 } } } ${fragments(9, 'Article', 'id', (next) => `related { nodes { ${next} } }`)}`,
  ],
  ['10,000 aliases', 'tokens', `{ ${times(10_000, (i) => `a${i}: __typename`)} }`],
  ['one alias more than is allowed', 'aliases', `{ ${times(101, (i) => `a${i}: __typename`)} }`],
  ['10,000 directives', 'tokens', `{ __typename ${'@skip(if: false) '.repeat(10_000)} }`],
  ['one directive more than is allowed', 'directives', `{ __typename ${'@skip(if: false) '.repeat(101)} }`],
  ['10,000 fields', 'tokens', `{ ${'__typename '.repeat(10_000)} }`],
  [
    'fragments that write out to 14⁶ fields',
    'fields',
    `{ articles { nodes { ...F0 } } } ${fragments(6, 'Article', 'id', (next) => times(14, (i) => `a${i}: related { nodes { ${next} } }`))}`,
  ],
];

/** Bombs that are no document of this schema. */
const NOT_VALID: readonly (readonly [what: string, query: string])[] = [
  ['a fragment within itself', '{ ...A } fragment A on Query { ...A }'],
  ['fragments within each other', '{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }'],
  [
    'a fragment within itself, some fields down',
    '{ articles { nodes { ...A } } } fragment A on Article { related { nodes { ...A } } }',
  ],
  ['the same field thousands of times', `{ ${'__typename '.repeat(3_900)} }`],
  ['the same fields within fields hundreds of times', `{ ${'articles { nodes { title } } '.repeat(550)} }`],
];

const MALFORMED_BODIES: readonly (readonly [what: string, body: string])[] = [
  ['an empty body', ''],
  ['half of an object', `{"query":"{ ${SECRET} }"`],
  ['an object and something behind it', `${BODY}${SECRET}`],
  ['JavaScript', `{query:'${SECRET}'}`],
  ['a text', `"${SECRET}"`],
  ['null', 'null'],
  ['a list of operations', `[${BODY},${BODY}]`],
  ['an empty list', '[]'],
  ['a query that is no text', '{"query":["{ __typename }"]}'],
  ['variables that are a text', `{"query":"${QUERY}","variables":"${SECRET}"}`],
  ['variables that are a list', `{"query":"${QUERY}","variables":["${SECRET}"]}`],
  ['extensions that are a text', `{"query":"${QUERY}","extensions":"${SECRET}"}`],
  ['an operation name that is a number', `{"query":"${QUERY}","operationName":7}`],
  ['a parameter that does not exist', `{"query":"${QUERY}","${SECRET}":1}`],
  ['a parameter that every object has', `{"query":"${QUERY}","constructor":1}`],
  ['__proto__ as a parameter', `{"query":"${QUERY}","__proto__":{"x":1}}`],
];

const OTHER_TYPES: readonly (string | undefined)[] = [
  undefined,
  '',
  'text/plain',
  'text/plain; charset=application/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/graphql',
  'application/graphql+json',
  'application/json; charset=utf-16',
  'application/json, text/plain',
];

const HEAD = 'Host: 127.0.0.1\r\nContent-Type: application/json\r\n';
const SMUGGLED = 'GET /graphql?query={smuggled} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';
const CHUNKED = 'Transfer-Encoding: chunked\r\n';
const LAST_CHUNK = '0\r\n\r\n';

/** Heads and bodies that two servers in a row may take for requests of different lengths. */
const SMUGGLING: readonly (readonly [what: string, head: string, body: string])[] = [
  ['Content-Length before Transfer-Encoding', `Content-Length: 4\r\n${CHUNKED}`, LAST_CHUNK],
  ['Content-Length after Transfer-Encoding', `${CHUNKED}Content-Length: 4\r\n`, LAST_CHUNK],
  ['two lengths', `Content-Length: 2\r\nContent-Length: ${2 + SMUGGLED.length}\r\n`, '{}'],
  ['the same length twice', 'Content-Length: 2\r\nContent-Length: 2\r\n', '{}'],
  ['a list of lengths', 'Content-Length: 2, 2\r\n', '{}'],
  ['a length with a sign', 'Content-Length: +2\r\n', '{}'],
  ['a length in hex', 'Content-Length: 0x2\r\n', '{}'],
  ['a header that is folded', 'X-Folded: a\r\n Content-Length: 2\r\n', '{}'],
  ['a Transfer-Encoding that is folded', 'Transfer-Encoding:\r\n chunked\r\n', LAST_CHUNK],
  ['a space before the colon', 'Content-Length : 2\r\n', '{}'],
  ['a space before the colon of Transfer-Encoding', 'Transfer-Encoding : chunked\r\n', LAST_CHUNK],
  ['an unknown Transfer-Encoding', 'Transfer-Encoding: xchunked\r\n', LAST_CHUNK],
  ['a Transfer-Encoding that does not end with chunked', 'Transfer-Encoding: chunked, identity\r\n', LAST_CHUNK],
  ['a Transfer-Encoding behind a control character', 'Transfer-Encoding: \x0bchunked\r\n', LAST_CHUNK],
  ['a bare LF behind the size of a chunk', CHUNKED, `2\n{}\r\n${LAST_CHUNK}`],
  ['a bare LF behind the extension of a chunk', CHUNKED, `2;x\n{}\r\n${LAST_CHUNK}`],
  ['a bare LF behind a chunk', CHUNKED, `2\r\n{}\n${LAST_CHUNK}`],
  ['a negative size of a chunk', CHUNKED, `-2\r\n{}\r\n${LAST_CHUNK}`],
  ['a size of a chunk beyond 64 bits', CHUNKED, `fffffffffffffffff\r\n{}\r\n${LAST_CHUNK}`],
  ['a NUL in a header', 'X-Nul: a\0b\r\nContent-Length: 2\r\n', '{}'],
  ['a bare CR in a header', 'X-Cr: a\rContent-Length: 2\r\n', '{}'],
];

const post = (body: Sending['body'], headers: Sending['headers'] = JSON_TYPE): Sending => ({
  method: 'POST',
  headers,
  ...(body !== undefined && { body }),
});

const codesIn = (answer: Received): unknown[] =>
  JSON.parse(decoded(answer)).errors.map(({ extensions }: { extensions: object }) => ({ ...extensions }));

describe('requests that must bounce', () => {
  let database: TestDatabase;
  let servers: readonly HttpServer[];

  beforeAll(async () => {
    database = await withSeeds(await openEmbedded());
    servers = [
      await HttpServer.open(database, { previewTokens: PREVIEW_TOKENS }),
      await HttpServer.open(database, { previewTokens: PREVIEW_TOKENS, lane: false }),
    ];
    // Known documents take the express lane: those that bounce must not take it with them.
    for (const server of [...servers, ...servers]) expect((await server.ask(QUERY)).status).toBe(200);
  });

  beforeEach(() => {
    database.statements.length = 0;
  });

  afterAll(async () => {
    await Promise.all(servers.map((server) => server.close()));
    await database.close();
  });

  /** The answer, the same by the express lane and by the ordinary way: it tells nothing of the insides, and cost no SQL. */
  async function bounce(sending: Sending): Promise<Received> {
    const answers: Received[] = [];
    for (const server of servers) answers.push(await server.send(sending), await server.send(sending));
    const [first, ...others] = answers.map(withoutTime);
    for (const other of others) expect(other).toEqual(first);
    for (const inside of INSIDES) expect(JSON.stringify(first)).not.toMatch(inside);
    expect(database.statements).toEqual([]);
    expect(servers.flatMap(({ crashes }) => crashes)).toEqual([]);
    return answers[0] as Received;
  }

  /** That the servers still do what they are there for. */
  async function expectHealthy(): Promise<void> {
    for (const server of servers) expect((await server.ask(QUERY)).status).toBe(200);
  }

  describe('bodies that are not plainly JSON', () => {
    test.each(OTHER_TYPES)('a POST as %p is 415, as pages of foreign sites send it without asking', async (type) => {
      const body = type === 'application/graphql' ? QUERY : BODY;
      const answer = await bounce(post(body, type === undefined ? {} : { 'content-type': type }));
      expect(answer).toMatchObject({ status: 415, headers: { 'accept-post': 'application/json' } });
      expect(codesIn(answer)).toMatchObject([{ code: 'UNSUPPORTED_MEDIA_TYPE' }]);
    });

    test('a form is 415, and its query is not looked for', async () => {
      const type = { 'content-type': 'application/x-www-form-urlencoded' };
      expect(await bounce(post(`query=${encodeURIComponent(QUERY)}`, type))).toMatchObject({ status: 415 });
    });

    test.each([
      ['gzip', gzipSync(BODY)],
      ['br', brotliCompressSync(BODY)],
      ['identity, gzip', gzipSync(BODY)],
      ['gzip', gzipSync('0'.repeat(50_000_000))],
    ])('a body in %s is 415, and never decompressed', async (encoding, body) => {
      const answer = await bounce(post(body, { ...JSON_TYPE, 'content-encoding': encoding }));
      expect(answer.status).toBe(415);
      expect(codesIn(answer)).toMatchObject([{ code: 'UNSUPPORTED_MEDIA_TYPE' }]);
    });

    test.each(MALFORMED_BODIES)('%s is 400, and nothing of it is echoed', async (_what, body) => {
      for (const headers of [JSON_TYPE, STRICT]) {
        const answer = await bounce(post(body, headers));
        expect(answer.status).toBe(400);
        expect(codesIn(answer)).toMatchObject([{ code: 'BAD_REQUEST' }]);
      }
    });

    // Said aloud, as Node.js tells the length of a body that it has whole.
    const chunked = { ...JSON_TYPE, 'transfer-encoding': 'chunked' };

    test('a body of one byte more than is allowed is 413, whether its length is told or not', async () => {
      const body = BODY.padEnd(MAX_BODY_BYTES + 1);
      expect((await bounce(post(body))).status).toBe(413);
      expect((await bounce({ ...post(body, chunked), chunked: true })).status).toBe(413);
      await expectHealthy();
    });

    test('a body of ten times of what is allowed is 413', async () => {
      expect((await bounce(post(BODY.padEnd(10 * MAX_BODY_BYTES)))).status).toBe(413);
    });

    test('a body of ten times of what is allowed is 413 if its length is not told', async () => {
      const body = BODY.padEnd(10 * MAX_BODY_BYTES);
      expect((await bounce({ ...post(body, chunked), chunked: true })).status).toBe(413);
    });

    test('a body of exactly what is allowed is none that bounces', async () => {
      for (const server of servers) {
        expect(await server.send(post(BODY.padEnd(MAX_BODY_BYTES)))).toMatchObject({ status: 200 });
      }
    });

    test('a length that is told and over the cap is answered before the body comes', async () => {
      for (const { origin } of servers) {
        const { text } = await say(origin, `POST /graphql HTTP/1.1\r\n${HEAD}Content-Length: 1000000000\r\n\r\n{`, 500);
        expect(text).toMatch(/^HTTP\/1\.1 413 /);
      }
    });
  });

  describe('methods and parameters', () => {
    test.each(['PUT', 'DELETE', 'PATCH', 'TRACE', 'QUERY'])('%s is 405, and told what is allowed', async (method) => {
      const answer = await bounce({ method, headers: JSON_TYPE, ...(method !== 'TRACE' && { body: BODY }) });
      expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET, POST' } });
      expect(codesIn(answer)).toMatchObject([{ code: 'METHOD_NOT_ALLOWED' }]);
    });

    test('HEAD is 405, without a body', async () => {
      const answer = await bounce({ method: 'HEAD' });
      expect(answer).toMatchObject({ status: 405, headers: { allow: 'GET, POST' } });
      expect(answer.body).toHaveLength(0);
    });

    test('a GET with a mutation is 405, as links must change nothing', async () => {
      const path = `/graphql?query=${encodeURIComponent('mutation { publish }')}`;
      expect(await bounce({ path })).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    });

    test.each(['mutation { publish }', 'subscription { news }'])(
      'POST %s gives no data: there is none',
      async (query) => {
        const answer = await bounce(post(JSON.stringify({ query })));
        expect(JSON.parse(decoded(answer)).data ?? null).toBeNull();
      },
    );

    test.each([
      `variables={"a":"${SECRET}"`,
      'variables=[]',
      `variables="${SECRET}"`,
      'variables=7',
      `extensions={"a":"${SECRET}"`,
      'extensions=[]',
      'extensions=true',
    ])('a GET with %s is 400', async (parameter) => {
      const path = `/graphql?query=${encodeURIComponent(QUERY)}&${encodeURI(parameter)}`;
      const answer = await bounce({ path });
      expect(answer.status).toBe(400);
      expect(codesIn(answer)).toMatchObject([{ code: 'BAD_REQUEST' }]);
    });

    test.each(['', '?', '?query=', '?variables={}'])(
      'a GET of /graphql%s asks for nothing, and gets no data',
      async (search) => {
        const answer = await bounce({ path: `/graphql${search}`, headers: { accept: STRICT.accept } });
        expect(answer.status).toBe(400);
        expect(codesIn(answer)).toMatchObject([{ code: 'BAD_REQUEST' }]);
      },
    );
  });

  describe('pages of foreign origins', () => {
    test.each(['https://evil.example', 'null', 'http://localhost:5173', 'http://127.0.0.1.evil.example'])(
      'whatever %s asks, it is never told to come with credentials, nor named',
      async (origin) => {
        const asked: Sending[] = [
          post(BODY, { ...JSON_TYPE, origin, cookie: 'session=1' }),
          post('{', { ...JSON_TYPE, origin }),
          { path: `/graphql?query=${encodeURIComponent(QUERY)}`, headers: { origin } },
          { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } },
          { method: 'PUT', headers: { origin } },
          post(BODY, { ...JSON_TYPE, origin, authorization: `Bearer ${TOKEN}` }),
          post(BODY, { ...JSON_TYPE, origin, authorization: 'Bearer wrong' }),
        ];
        for (const server of servers) {
          for (const sending of asked) {
            const { headers } = await server.send(sending);
            expect(headers['access-control-allow-credentials']).toBeUndefined();
            expect(headers['access-control-allow-origin']).toBe('*');
          }
        }
      },
    );

    test('a preflight request is told the methods and headers that are of use, and no others', async () => {
      const headers = {
        origin: 'https://evil.example',
        'access-control-request-method': 'DELETE',
        'access-control-request-headers': 'x-secret',
      };
      const { headers: answer } = await bounce({ method: 'OPTIONS', headers });
      expect(answer['access-control-allow-methods']).toBe('GET, POST, OPTIONS');
      expect(answer['access-control-allow-headers']).not.toContain('x-secret');
    });
  });

  describe('bombs', () => {
    test.each(TOO_COMPLEX)('%s: refused for its %s', async (_what, name, query) => {
      for (const headers of [JSON_TYPE, STRICT]) {
        const begun = performance.now();
        const answer = await bounce(post(JSON.stringify({ query }), headers));
        expect(performance.now() - begun).toBeLessThan(4_000);
        expect(answer.status).toBe(400);
        expect(codesIn(answer)).toMatchObject([{ code: 'QUERY_TOO_COMPLEX', limit: { name } }]);
      }
      await expectHealthy();
    });

    test.each([
      [
        'fragments that spread the next one twice, 40 in a row',
        `{ ...F0 } ${fragments(40, 'Query', '__typename', (next) => `${next} ${next}`)}`,
      ],
      [
        'fragments whose fields merge, 14 of each',
        `{ articles { nodes { ...F0 } } } ${fragments(6, 'Article', 'id', (next) => times(14, () => `related { nodes { ${next} } }`))}`,
      ],
    ])('%s: refused, and soon', async (_what, query) => {
      const answer = await bounce(post(JSON.stringify({ query })));
      expect(answer.status).toBe(400);
      expect(codesIn(answer)).toMatchObject([{ code: 'QUERY_TOO_COMPLEX' }]);
    });

    test.each(NOT_VALID)('%s: not valid, and soon found out', async (_what, query) => {
      const begun = performance.now();
      const answer = await bounce(post(JSON.stringify({ query }), STRICT));
      expect(performance.now() - begun).toBeLessThan(4_000);
      expect(answer.status).toBe(400);
      expect(codesIn(answer)).toMatchObject([{ code: 'GRAPHQL_VALIDATION_FAILED' }]);
    });

    test('a huge document is refused by its words, whatever comes behind them', async () => {
      const query = `{ ${'articles { totalCount } '.repeat(8_000)} ${SECRET}`;
      expect(await bounce(post(JSON.stringify({ query })))).toMatchObject({ status: 400 });
    });

    test.each([
      ['filters within each other', within(5_000, '{"NOT":', '}', '{}')],
      ['lists of filters', within(5_000, '{"AND":[', ']}', '{}')],
      ['lists', within(5_000, '[', ']')],
    ])('variables of 5,000 %s are 400', async (_what, where) => {
      const query = 'query ($where: ArticleWhere) { articles(where: $where) { totalCount } }';
      const answer = await bounce(post(`{"query":"${query}","variables":{"where":${where}}}`));
      expect(answer.status).toBe(400);
      expect(codesIn(answer)).toMatchObject([{ code: 'BAD_USER_INPUT' }]);
      await expectHealthy();
    });
  });

  describe('what is hardly HTTP', () => {
    test.each(SMUGGLING)('%s: 400, and whatever follows is not taken for a request', async (_what, head, body) => {
      for (const { origin } of servers) {
        const said = await say(origin, `POST /graphql HTTP/1.1\r\n${HEAD}${head}\r\n${body}${SMUGGLED}`);
        expect(said.isClosed).toBe(true);
        expect(said.text).toMatch(/^HTTP\/1\.1 400 /);
        expect(said.text.match(/HTTP\/1\.1/g)).toHaveLength(1);
        for (const inside of [...INSIDES, 'smuggled']) expect(said.text).not.toMatch(inside);
      }
      expect(database.statements).toEqual([]);
    });

    test('lines that end with a bare LF are 400', async () => {
      for (const { origin } of servers) {
        const said = await say(origin, `POST /graphql HTTP/1.1\nHost: 127.0.0.1\nContent-Length: 2\n\n{}${SMUGGLED}`);
        expect(said).toMatchObject({ isClosed: true, text: expect.stringMatching(/^HTTP\/1\.1 400 /) });
      }
    });

    test('a request without a host is 400', async () => {
      for (const { origin } of servers) {
        const said = await say(origin, `GET /graphql HTTP/1.1\r\n\r\n${SMUGGLED}`);
        expect(said).toMatchObject({ isClosed: true, text: expect.stringMatching(/^HTTP\/1\.1 400 /) });
      }
    });

    test.each([
      ['a header', { headers: { 'x-large': 'x'.repeat(20_000) } }],
      ['an address', { path: `/graphql?query=${'x'.repeat(20_000)}` }],
      [
        'many headers',
        { headers: Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`x-${i}`, 'x'.repeat(20)])) },
      ],
    ])('%s of more than 16 KB is 431', async (_what, sending) => {
      const answer = await bounce(sending);
      expect([answer.status, answer.body.toString()]).toEqual([431, '']);
    });

    test('headers that trickle in are given up after ten seconds, bodies after twenty, and neither holds up anybody', async () => {
      const get = 'GET /graphql?query={__typename} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ';
      const post =
        'POST /graphql HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n';
      const begun = performance.now();
      const givenUp = (head: string) =>
        Promise.all(
          servers.map(async ({ origin }) => {
            const { isClosed, text } = await trickle(origin, head, 'x'.repeat(1_000), 100, 30_000);
            expect(isClosed).toBe(true);
            expect(text).toMatch(/^(HTTP\/1\.1 408 |$)/);
            return performance.now() - begun;
          }),
        );
      const [headers, bodies] = [givenUp(get), givenUp(post)];
      await expectHealthy();
      expect(Math.max(...(await headers))).toBeLessThan(13_000);
      expect(Math.max(...(await bodies))).toBeLessThan(23_000);
    }, 40_000);
  });
});

function withoutTime({ status, headers: { date, ...headers }, body }: Received) {
  return { status, headers, body: body.toString('latin1') };
}
