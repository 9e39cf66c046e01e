import { createHash } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { schema } from '../../src/graph/schema.ts';
import { readManifest } from '../../src/http/persisted/manifest.ts';
import type { PersistedOptions } from '../../src/http/persisted/persisted-documents.ts';
import type { ServerOptions } from '../../src/http/server-options.ts';
import { Failure } from '../../src/lib/failure.ts';
import { engines, type TestDatabase, withSeeds } from '../harness/engines.ts';
import { type TestFolder, testFolder } from '../harness/files.ts';
import { decoded, HttpServer, type Received, type Sending } from '../harness/http-client.ts';

const [[, openEmbedded]] = engines as [(typeof engines)[number]];
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

const COUNT = '{ articles { totalCount } }';
const PAGE = 'query Page($first: Int) { articles(first: $first) { totalCount nodes { title } } }';
const OTHER = '{ topics { totalCount } }';
const HASH = sha256(COUNT);

const WAYS: readonly (readonly [way: string, options: Partial<ServerOptions>])[] = [
  ['by the express lane', {}],
  ['by the ordinary way', { lane: false }],
];

/** Said aloud, as Node.js tells the length of a body that it has whole. */
const CHUNKED = { 'transfer-encoding': 'chunked' };
const GRAPHQL_TYPE = { accept: 'application/graphql-response+json' };

interface Parameters {
  readonly query?: string;
  readonly documentId?: unknown;
  readonly variables?: object;
  readonly operationName?: string;
  readonly extensions?: object;
}

const apq = (sha256Hash: unknown, version: unknown = 1) => ({
  extensions: { persistedQuery: { version, sha256Hash } },
});

const byPost = (parameters: Parameters, headers: Sending['headers'] = {}): Sending => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(parameters),
});

function byGet(parameters: Parameters, headers: Sending['headers'] = {}): Sending {
  const texts = Object.entries(parameters).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return { path: `/graphql?${new URLSearchParams(texts)}`, headers };
}

const METHODS = [
  ['POST', byPost],
  ['GET', byGet],
] as const;

/** The names that clients call a document by. */
const NAMES: readonly (readonly [how: string, name: (hash: string) => Parameters])[] = [
  ['documentId', (hash) => ({ documentId: hash })],
  ['documentId with its algorithm', (hash) => ({ documentId: `sha256:${hash}` })],
  ['extensions.persistedQuery', (hash) => apq(hash)],
];

const jsonOf = (answer: Received) => JSON.parse(decoded(answer));
const codeOf = (answer: Received): unknown => jsonOf(answer).errors[0].extensions.code;

/** All that an answer is, but for when it was made. */
function shown({ status, headers: { date, ...headers }, body }: Received) {
  return { status, headers, body: body.toString('latin1') };
}

/** Bytes of the heap that are in use. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  return process.memoryUsage().heapUsed;
}

describe.each(WAYS)('documents that are called by name, %s', (_way, options) => {
  let database: TestDatabase;
  const opened: HttpServer[] = [];

  beforeAll(async () => {
    database = await withSeeds(await openEmbedded());
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((server) => server.close()));
  });

  afterAll(() => database.close());

  async function open(persisted?: PersistedOptions, cacheBytes?: number): Promise<HttpServer> {
    // What answers take has a bound of its own.
    const server = await HttpServer.open(database, {
      ...options,
      ...(persisted && { persisted }),
      ...(cacheBytes !== undefined && { cacheBytes }),
    });
    opened.push(server);
    return server;
  }

  describe('automatic persisted queries', () => {
    let server: HttpServer;

    beforeEach(async () => {
      server = await open();
      database.statements.length = 0;
    });

    test.each(NAMES)('by %s: unknown at first, known once it has been sent', async (_how, name) => {
      for (const [, send] of METHODS) {
        const unknown = await server.send(send(name(HASH)));
        expect([codeOf(unknown), jsonOf(unknown).data]).toEqual(['PERSISTED_QUERY_NOT_FOUND', undefined]);
      }
      expect(database.statements).toEqual([]);
      const sent = await server.send(byPost({ ...name(HASH), query: COUNT }));
      expect(jsonOf(sent).data).toEqual({ articles: { totalCount: 0 } });
      for (const [, send] of METHODS) expect(decoded(await server.send(send(name(HASH))))).toBe(decoded(sent));
    });

    test.each(METHODS)('a document that %s has sent is known by each of its names', async (_method, send) => {
      await server.send(send({ ...apq(HASH), query: COUNT }));
      for (const [, name] of NAMES)
        for (const [, call] of METHODS) expect(await server.send(call(name(HASH)))).toMatchObject({ status: 200 });
      expect(jsonOf(await server.send(byPost(apq(HASH.toUpperCase())))).errors).toBeUndefined();
    });

    test('what is not found says so as Apollo’s clients expect it, and to others by its status', async () => {
      for (const [, send] of METHODS) {
        const answer = await server.send(send(apq(HASH)));
        expect(answer).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
        expect(jsonOf(answer)).toEqual({
          errors: [{ message: 'PersistedQueryNotFound', extensions: { code: 'PERSISTED_QUERY_NOT_FOUND' } }],
        });
        expect(await server.send(send(apq(HASH), GRAPHQL_TYPE))).toMatchObject({ status: 404 });
      }
    });

    test('the hash of another text is 400, and teaches nobody a wrong document', async () => {
      for (const [, name] of NAMES) {
        for (const [, send] of METHODS) {
          const answer = await server.send(send({ ...name(HASH), query: OTHER }));
          expect([answer.status, codeOf(answer)]).toEqual([400, 'BAD_REQUEST']);
          expect(codeOf(await server.send(send(name(HASH))))).toBe('PERSISTED_QUERY_NOT_FOUND');
        }
      }
      expect(database.statements).toEqual([]);
    });

    test.each<[what: string, parameters: Parameters]>([
      ['another version', apq(HASH, 2)],
      ['a version that is a text', apq(HASH, '1')],
      ['no hash', apq(undefined)],
      ['an empty hash', apq('')],
      ['a hash that is no text', apq([HASH])],
      ['a persistedQuery that is a text', { extensions: { persistedQuery: HASH } }],
      ['a persistedQuery that is false', { extensions: { persistedQuery: false } }],
      ['a documentId that is no text', { documentId: 7 }],
      ['an empty documentId', { documentId: '' }],
    ])('%s is 400', async (_what, parameters) => {
      for (const query of [{}, { query: COUNT }]) {
        const answer = await server.send(byPost({ ...parameters, ...query }));
        expect([answer.status, codeOf(answer)]).toEqual([400, 'BAD_REQUEST']);
      }
    });

    test.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
      'there is no document by the name of %s',
      async (documentId) => {
        expect(codeOf(await server.send(byPost({ documentId })))).toBe('PERSISTED_QUERY_NOT_FOUND');
      },
    );

    test('a document is called with variables and the name of an operation', async () => {
      const query = `${PAGE} query Count ${COUNT}`;
      await server.send(byPost({ documentId: sha256(query), query, operationName: 'Count' }));
      for (const [, send] of METHODS) {
        const call = (rest: Parameters) => server.send(send({ documentId: sha256(query), ...rest }));
        const page = await call({ operationName: 'Page', variables: { first: 1 } });
        expect(jsonOf(page).data).toEqual({ articles: { totalCount: 0, nodes: [] } });
        expect(jsonOf(await call({ operationName: 'Count' })).data).toEqual({ articles: { totalCount: 0 } });
        expect(await call({ operationName: 'Page', variables: { first: -1 } })).toMatchObject({ status: 400 });
      }
    });

    test.each<Record<string, string>>([
      {},
      GRAPHQL_TYPE,
      { 'accept-encoding': 'br' },
      { origin: 'https://app.example' },
    ])('an answer by name is the answer by text to the byte, its ETag included: %j', async (headers) => {
      await server.send(byPost({ ...apq(HASH), query: COUNT }));
      const byText = shown(await server.send(byPost({ query: COUNT }, headers)));
      expect(byText.headers.etag).toMatch(/^"[\w-]{22}"$/);
      const known = { ...headers, 'if-none-match': String(byText.headers.etag) };
      for (const [, name] of NAMES) {
        for (const [, send] of METHODS) {
          expect(shown(await server.send(send(name(HASH), headers)))).toEqual(byText);
          expect(await server.send(send(name(HASH), known))).toMatchObject({ status: 304, body: { length: 0 } });
        }
      }
    });

    test('by name and by text, the same question is executed once', async () => {
      await server.send(byPost({ ...apq(HASH), query: COUNT }));
      database.statements.length = 0;
      await server.send(byPost({ query: COUNT }));
      await server.send(byGet({ documentId: HASH }));
      expect(database.statements).toEqual([]);
    });

    test('a document that is not valid is refused by name as by text', async () => {
      const query = '{ nobody }';
      await server.send(byPost({ documentId: sha256(query), query }));
      const byName = await server.send(byPost({ documentId: sha256(query) }, GRAPHQL_TYPE));
      expect(shown(byName)).toEqual(shown(await server.send(byPost({ query }, GRAPHQL_TYPE))));
      expect(byName.status).toBe(400);
    });

    test('of 1,500 documents the first are forgotten, and can be sent again', async () => {
      const documents = Array.from({ length: 1_500 }, (_, i) => `{ __typename } # ${i}`);
      for (const query of documents) await server.send(byPost({ ...apq(sha256(query)), query }));
      const ask = (i: number) => server.send(byPost(apq(sha256(documents[i] as string))));
      expect(codeOf(await ask(0))).toBe('PERSISTED_QUERY_NOT_FOUND');
      expect(codeOf(await ask(499))).toBe('PERSISTED_QUERY_NOT_FOUND');
      expect(await ask(500)).toMatchObject({ status: 200 });
      expect(jsonOf(await ask(1_499)).data).toEqual({ __typename: 'Query' });
      await server.send(byPost({ ...apq(sha256(documents[0] as string)), query: documents[0] as string }));
      expect(jsonOf(await ask(0)).data).toEqual({ __typename: 'Query' });
    });

    test('150 documents of 200 kB that are sent once take no more memory than a few', async () => {
      const server = await open(undefined, 0);
      const before = heapInUse();
      for (let i = 0; i < 150; i++) {
        const query = `{ __typename } # ${String(i).padEnd(200_000, 'x')}`;
        await server.send(byPost({ ...apq(sha256(query)), query }));
      }
      expect(heapInUse() - before).toBeLessThan(15_000_000);
    });

    test('150 documents of 200 kB that are called by name take no more memory than a few', async () => {
      const server = await open(undefined, 0);
      const before = heapInUse();
      for (let i = 0; i < 150; i++) {
        const query = `{ __typename } # ${String(i).padEnd(200_000, 'x')}`;
        // Chunked bodies take the ordinary way: it is their names alone that the lane hears of.
        await server.send({ ...byPost({ ...apq(sha256(query)), query }, CHUNKED), chunked: true });
        expect(await server.send(byPost(apq(sha256(query))))).toMatchObject({ status: 200 });
      }
      expect(heapInUse() - before).toBeLessThan(15_000_000);
    });
  });

  describe('trusted documents', () => {
    const manifest = new Map([
      [HASH, COUNT],
      ['page-of-articles', PAGE],
    ]);

    test('are known from the start, by their hash or by whatever name the manifest gives them', async () => {
      const server = await open({ manifest, isStrict: false });
      for (const [, send] of METHODS) {
        for (const [, name] of NAMES)
          expect(jsonOf(await server.send(send(name(HASH)))).data).toEqual({ articles: { totalCount: 0 } });
        const variables = { first: 2 };
        const page = await server.send(send({ documentId: 'page-of-articles', variables }));
        expect(jsonOf(page).data).toEqual({ articles: { totalCount: 0, nodes: [] } });
      }
    });

    test('unless they are all that is admitted, other documents are answered too, and registered', async () => {
      const server = await open({ manifest, isStrict: false });
      expect(jsonOf(await server.send(byPost({ query: OTHER }))).data).toBeDefined();
      await server.send(byPost({ documentId: sha256(OTHER), query: OTHER }));
      expect(jsonOf(await server.send(byGet({ documentId: sha256(OTHER) }))).data).toBeDefined();
    });

    describe('in strict mode', () => {
      let server: HttpServer;

      beforeEach(async () => {
        server = await open({ manifest, isStrict: true });
        database.statements.length = 0;
      });

      test('are answered by name and by text', async () => {
        for (const [, send] of METHODS) {
          for (const parameters of [{ documentId: HASH }, { query: COUNT }, { ...apq(HASH), query: COUNT }]) {
            expect(jsonOf(await server.send(send(parameters))).data).toEqual({ articles: { totalCount: 0 } });
          }
        }
      });

      test.each([
        ['another query', OTHER],
        ['introspection', getIntrospectionQuery()],
        ['even __typename', '{ __typename }'],
        ['a trusted document with one more space', `${COUNT} `],
        ['a trusted document with another behind it', `${COUNT} query Other ${OTHER}`],
        ['what is no GraphQL', '{'],
        ['nothing', ''],
      ])('%s is 403, before it is even parsed', async (_what, query) => {
        // An empty parameter of a GET is as good as none.
        const methods = query === '' ? METHODS.slice(0, 1) : METHODS;
        for (const [, send] of methods) {
          for (const name of [{}, { documentId: sha256(query) }, apq(sha256(query))]) {
            const answer = await server.send(send({ ...name, query }));
            expect([answer.status, codeOf(answer)]).toEqual([403, 'DOCUMENT_NOT_TRUSTED']);
          }
        }
        expect(database.statements).toEqual([]);
      });

      test('a query is not registered by being refused', async () => {
        await server.send(byPost({ documentId: sha256(OTHER), query: OTHER }));
        const answer = await server.send(byPost({ documentId: sha256(OTHER) }));
        expect(codeOf(answer)).toBe('PERSISTED_QUERY_NOT_FOUND');
        expect(database.statements).toEqual([]);
      });

      test('a trusted name does not bring another text in', async () => {
        for (const [, name] of NAMES) {
          const answer = await server.send(byPost({ ...name(HASH), query: OTHER }));
          expect([answer.status, codeOf(answer)]).toEqual([403, 'DOCUMENT_NOT_TRUSTED']);
        }
        expect(database.statements).toEqual([]);
      });
    });
  });
});

describe('the manifest of trusted documents', () => {
  let folder: TestFolder;

  beforeAll(async () => {
    folder = await testFolder();
  });

  afterAll(() => folder.dispose());

  async function read(content: object | string): Promise<ReadonlyMap<string, string>> {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    await folder.write('manifest.json', text);
    return readManifest(`${folder.path}/manifest.json`, schema);
  }

  const apolloOf = (operations: unknown, version: unknown = 1) => ({
    format: 'apollo-persisted-query-manifest',
    version,
    operations,
  });

  test('is read as the client preset and Relay write it', async () => {
    expect(await read({ [HASH]: COUNT, page: PAGE })).toEqual(
      new Map([
        [HASH, COUNT],
        ['page', PAGE],
      ]),
    );
  });

  test('is read as Apollo’s tools write it', async () => {
    const operations = [{ id: HASH, name: 'Count', type: 'query', body: COUNT }];
    expect(await read(apolloOf(operations))).toEqual(new Map([[HASH, COUNT]]));
  });

  test('may be empty', async () => {
    expect(await read({})).toEqual(new Map());
    expect(await read(apolloOf([]))).toEqual(new Map());
  });

  test('that does not fit the schema is refused, with every fault of every document', async () => {
    const faulty = {
      good: COUNT,
      gone: '{ nobody nothing }',
      broken: '{',
      bad: '{ articles(first: "x") { totalCount } }',
    };
    const failure = await read(faulty).then(
      () => null as never,
      (error: unknown) => error as Failure,
    );
    expect(failure).toBeInstanceOf(Failure);
    expect(failure.message.split('\n')).toEqual([
      expect.stringMatching(/^TRUSTED_DOCUMENTS: .*manifest\.json does not fit the schema:$/),
      expect.stringContaining('gone: Cannot query field "nobody"'),
      expect.stringContaining('gone: Cannot query field "nothing"'),
      expect.stringContaining('broken: Syntax Error'),
      expect.stringContaining('bad: Int cannot represent non-integer value: "x"'),
    ]);
  });

  test.each<[what: string, content: object | string, message: RegExp]>([
    ['no JSON', '{', /expected a JSON file at /],
    ['a list', [COUNT], /expected \{ "<id>": "<document>" \} or a manifest of Apollo's/],
    ['documents that are no texts', { [HASH]: { text: COUNT } }, /got something else/],
    ['Apollo’s format in a version to come', apolloOf([], 2), /got something else/],
    ['Apollo’s format without its documents', apolloOf([{ id: HASH }]), /got something else/],
  ])('with %s is refused', async (_what, content, message) => {
    await expect(read(content)).rejects.toThrow(message);
    await expect(read(content)).rejects.toThrow(/^TRUSTED_DOCUMENTS: /);
  });

  test('that is not there is refused by its path', () => {
    expect(() => readManifest(`${folder.path}/nowhere.json`, schema)).toThrow(/TRUSTED_DOCUMENTS: .*nowhere\.json/);
  });
});
