import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { type Logger, pino } from 'pino';
import type { Database } from '../../src/db/database.ts';
import { DatabaseUnavailable, StatementTimeout } from '../../src/db/failures.ts';
import type { ServerOptions } from '../../src/http/server-options.ts';
import type { TestDatabase } from '../harness/engines.ts';
import type { EventStream } from '../harness/event-stream.ts';
import type { HttpServer } from '../harness/http-client.ts';

/** Thrown by the compiler where a test sets it. */
let bug: Error | null = null;

const { operationCompiler } = await import('../../src/operation/sql/compiler.ts');
jest.unstable_mockModule('../../src/operation/sql/compiler.ts', () => ({
  operationCompiler(): ReturnType<typeof operationCompiler> {
    const compiled = operationCompiler();
    return async (...operation) => {
      if (bug) throw bug;
      return compiled(...operation);
    };
  },
}));

// What imports the compiler is to find the one above.
const { sync } = await import('../../src/content/sync.ts');
const { engines, withSeeds } = await import('../harness/engines.ts');
const { EventStream: Stream, subscribing } = await import('../harness/event-stream.ts');
const { article, testFolder } = await import('../harness/files.ts');
const { HttpServer: Http } = await import('../harness/http-client.ts');

const COMPILED = 'query Titles { articles(first: 2) { nodes { title } } }';
/** Which compiled SQL does not know how to answer. */
const UNCOMPILED = 'query Nodes { nodes(ids: []) { id } }';

const HEADER = 'x-newsgraph-executor';
/** The fast path leaves a POST with parameters in its address to Yoga: so does what else is unusual. */
const NEGOTIATED = { accept: 'text/html, application/json' };

describe.each(engines)('executors on %s', (_name, open) => {
  let database: TestDatabase;
  let logged: Record<string, unknown>[];
  let logger: Logger;
  const opened: HttpServer[] = [];
  const streams: EventStream[] = [];

  beforeAll(async () => {
    database = await withSeeds(await open());
    await database.listen();
  });

  beforeEach(() => {
    bug = null;
    logged = [];
    logger = pino({ level: 'error' }, { write: (line: string) => void logged.push(JSON.parse(line)) });
  });

  afterEach(async () => {
    for (const stream of streams.splice(0)) stream.close();
    for (const server of opened.splice(0)) {
      await server.close();
      expect(server.crashes).toEqual([]);
    }
  });

  afterAll(() => database.close());

  async function serve(options: Partial<ServerOptions> = {}, of: Database = database): Promise<HttpServer> {
    const server = await Http.open(of, { cacheBytes: 0, anonymous: 'PREVIEW', logger, ...options });
    opened.push(server);
    return server;
  }

  /** The same database, whose statements for readers all fail, and what was sent to it. */
  function failing(error: Error): { readonly database: Database; readonly sent: string[] } {
    const sent: string[] = [];
    const fail = async (text: string) => {
      sent.push(text);
      throw error;
    };
    return { database: { ...database, query: fail, raw: fail }, sent };
  }

  /** The value of each metric whose name begins so, by its label where it has one. */
  async function metric(server: HttpServer, name: string): Promise<Record<string, number>> {
    const { body } = await server.send({ path: '/metrics' });
    const lines = String(body).matchAll(new RegExp(`^${name}(?:\\{executor="(\\w+)"\\})? (\\d+)$`, 'gm'));
    return Object.fromEntries([...lines].map(([, label = 'all', value]) => [label, Number(value)]));
  }

  const operations = (server: HttpServer) => metric(server, 'newsgraph_operations_total');
  const compileFailures = async (server: HttpServer) =>
    (await metric(server, 'newsgraph_compile_failures_total'))['all'];

  describe('the option', () => {
    test.each([
      ['compiled', COMPILED, ['compiled', 'compiled', 'compiled', 'compiled']],
      ['compiled', UNCOMPILED, ['reference', 'reference', 'reference', 'reference']],
      ['reference', COMPILED, ['reference', 'reference', 'reference', 'reference']],
      [undefined, COMPILED, ['reference', 'compiled', 'compiled', 'compiled']],
      [undefined, UNCOMPILED, ['reference', 'reference', 'reference', 'reference']],
    ] as const)('%s has %s answered by these, time after time: %j', async (executor, query, expected) => {
      const server = await serve({ ...(executor && { executor }) });
      const answers = [];
      for (const _ of expected) answers.push(await server.ask(query));
      expect(answers.map(({ headers }) => headers[HEADER])).toEqual(expected);
      expect(new Set(answers.map(({ body }) => String(body))).size).toBe(1);
    });
  });

  describe('every operation that is answered is counted by what has answered it', () => {
    test.each<[what: string, options: Partial<ServerOptions>, counted: object]>([
      ['compiled SQL', { executor: 'compiled' }, { compiled: 3, reference: 0, cache: 0 }],
      ['graphql-js', { executor: 'reference' }, { compiled: 0, reference: 3, cache: 0 }],
      ['Yoga, without the fast path', { fastPath: false }, { compiled: 0, reference: 3, cache: 0 }],
      [
        'an answer that is kept',
        { executor: 'compiled', anonymous: 'PUBLISHED', cacheBytes: 1e6 },
        { compiled: 1, reference: 0, cache: 2 },
      ],
      [
        'an answer that Yoga keeps',
        { fastPath: false, anonymous: 'PUBLISHED', cacheBytes: 1e6 },
        { compiled: 0, reference: 1, cache: 2 },
      ],
    ])('%s', async (_what, options, counted) => {
      const server = await serve(options);
      for (let times = 0; times < 3; times++) expect((await server.ask(COMPILED)).status).toBe(200);
      expect(await operations(server)).toEqual(counted);
    });

    test('those with errors, too, and once', async () => {
      const { database: broken } = failing(new Error('broken'));
      const query: Database['query'] = (text, ...rest) =>
        text.includes('a.title') ? broken.query(text, ...rest) : database.query(text, ...rest);
      const server = await serve({ executor: 'reference' }, { ...database, query });
      for (let times = 0; times < 2; times++) expect(String((await server.ask(COMPILED)).body)).toContain('"errors"');
      expect(await operations(server)).toEqual({ compiled: 0, reference: 2, cache: 0 });
    });

    test('not those that are refused before they are executed', async () => {
      const server = await serve();
      for (const query of [
        '{',
        '{ nothing }',
        '{ articles(first: -1) { totalCount } }',
        '{ articles(first: "1") { totalCount } }',
      ])
        expect((await server.ask(query, NEGOTIATED)).status).toBe(400);
      expect(await operations(server)).toEqual({ compiled: 0, reference: 0, cache: 0 });
    });

    test('what a subscription is sent, each time anew', async () => {
      const folder = await testFolder();
      const server = await serve();
      const stream = await Stream.open(server, subscribing('{ articles { nodes { title } } }'));
      streams.push(stream);
      await stream.next();
      expect(await operations(server)).toEqual({ compiled: 0, reference: 1, cache: 0 });
      await folder.write('late.md', article('late', { publishedDateTime: '2030-01-01T00:00:00Z' }));
      await sync(database, [folder.path], { prune: false });
      await stream.next();
      expect(await operations(server)).toEqual({ compiled: 0, reference: 2, cache: 0 });
      await folder.dispose();
    });
  });

  describe('the header that names the executor', () => {
    const fastPath = {};

    test.each([
      ['the fast path', fastPath, 'compiled'],
      ['Yoga', NEGOTIATED, 'reference'],
    ])('is there in development, by %s', async (_path, headers, expected) => {
      const server = await serve({ executor: 'compiled' });
      expect((await server.ask(COMPILED, headers)).headers[HEADER]).toBe(expected);
    });

    test.each([fastPath, NEGOTIATED])('is not there in production: %j', async (headers) => {
      const server = await serve({ executor: 'compiled', anonymous: 'PUBLISHED' });
      expect((await server.ask(COMPILED, headers)).headers).not.toHaveProperty(HEADER);
    });

    test('is not there where nothing was executed', async () => {
      const server = await serve();
      expect((await server.ask('{ nothing }')).headers).not.toHaveProperty(HEADER);
    });
  });

  describe('a failure that nobody has foreseen', () => {
    /** Compiled statements alone fail. */
    const withBadSql = (): Database => ({
      ...database,
      raw: failing(new Error('syntax error at or near "from"')).database.raw,
    });
    const withBug = (): Database => {
      bug = new TypeError('cannot read properties of undefined');
      return database;
    };

    test.each([
      ['of a compiled statement', withBadSql, 'syntax error at or near "from"', 3],
      ['of the compiler', withBug, 'cannot read properties of undefined', 3],
    ])(
      '%s is logged once, counted, and the request answered by graphql-js',
      async (_whose, broken, message, failures) => {
        const expected = await (await serve({ executor: 'reference' })).ask(COMPILED);
        const server = await serve({ executor: 'compiled' }, broken());
        for (let times = 0; times < 3; times++) {
          const { status, headers, body } = await server.ask(COMPILED);
          expect({ status, executor: headers[HEADER], body: String(body) }).toEqual({
            status: 200,
            executor: 'reference',
            body: String(expected.body),
          });
        }
        expect(logged).toMatchObject([{ level: 50, operation: 'Titles', err: { message } }]);
        expect(await compileFailures(server)).toBe(failures);
        expect(await operations(server)).toEqual({ compiled: 0, reference: 3, cache: 0 });
      },
    );

    test('of an operation without a name is logged as well, beside that of another', async () => {
      const server = await serve({ executor: 'compiled' }, withBadSql());
      await server.ask(COMPILED);
      await server.ask('{ articles(first: 1) { nodes { title } } }');
      expect(logged).toMatchObject([{ operation: 'Titles' }, { operation: null }]);
    });
  });

  describe('a failure that is foreseen is answered as what it is, and nothing is sent a second time', () => {
    test.each([
      ['compiled', 1],
      ['reference', 1],
      // By graphql-js, then compiled.
      [undefined, 1],
    ] as const)('by the executor %s', async (executor, statements) => {
      const isBroken = { now: false };
      for (const [error, status, code] of [
        [new StatementTimeout('a statement took longer than it may'), 504, 'TIMEOUT'],
        [new DatabaseUnavailable('the database cannot be reached'), 503, 'SERVICE_UNAVAILABLE'],
      ] as const) {
        const { database: broken, sent } = failing(error);
        const server = await serve(
          { ...(executor && { executor }) },
          {
            ...database,
            query: (...asked) => (isBroken.now ? broken : database).query(...asked),
            raw: (...asked) => (isBroken.now ? broken : database).raw(...asked),
          },
        );
        // The catalog is read before statements fail.
        isBroken.now = false;
        await server.ask('{ topics { totalCount } }');
        isBroken.now = true;
        for (let times = 0; times < 4; times++) {
          sent.length = 0;
          const answer = await server.ask(COMPILED);
          expect({ times, status: answer.status, sent: sent.length }).toEqual({ times, status, sent: statements });
          expect(JSON.parse(String(answer.body))).toMatchObject({ errors: [{ extensions: { code } }] });
        }
        expect(await compileFailures(server)).toBe(0);
        expect(logged).toMatchObject([{ code: error.name }]);
        logged.length = 0;
      }
    });
  });
});
