import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { engines, serve, type TestDatabase } from '../harness/engines.ts';
import { Random } from '../harness/faults/faults.ts';
import { HttpServer, type Received, type Sending } from '../harness/http-client.ts';
import { fillNewsroom, storiesOf } from '../harness/newsroom.ts';
import { OperationWriter } from '../harness/operation-writer.ts';

/** `FUZZ_RUNS=100000 npm test -- fuzz` looks longer. A failure prints its request; `FUZZ_SEED` replays the run. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 1_500);
const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);
/** At once, so that requests meet. */
const CLIENTS = 8;

/** Whatever is sent: what was asked, or what was wrong with it. Never that something went wrong here. */
const STATUSES = [200, 204, 304, 400, 401, 404, 405, 406, 413, 415];

const HEADERS: Readonly<Record<string, readonly string[]>> = {
  accept: ['*/*', 'application/json', 'application/graphql-response+json', 'text/html', 'text/event-stream', 'x', ''],
  'accept-encoding': ['gzip', 'br', 'gzip;q=0, *', '\x7f', 'identity;q=0'],
  authorization: ['Bearer nobody', 'Basic eA==', 'Bearer', ''],
  'content-type': ['text/plain', 'application/json; charset=utf-16', 'multipart/form-data', 'application/graphql', ''],
  'content-encoding': ['gzip', 'identity', 'nonsense'],
  'if-none-match': ['*', '"x"', 'W/"x", "y"', '"'],
  'x-perspective': ['published', 'preview', 'nonsense'],
  origin: ['https://example.com', 'null'],
};

const BYTES = [
  '{',
  '}',
  '(',
  ')',
  '[',
  ']',
  '"',
  '"""',
  '\\',
  '\0',
  '$',
  '@',
  '...',
  '!',
  ':',
  '&',
  '|',
  '#',
  '\n',
  '🚀',
  '\ud800',
];
const WORDS = [
  'articles',
  'node',
  'first',
  'where',
  'on',
  'fragment',
  'query',
  'mutation',
  'subscription',
  'null',
  'true',
  '-1',
  '1e999',
  '2147483648',
  '__schema',
  '__proto__',
  '@skip(if: true)',
  '@include',
  '@defer',
  '$v0',
];

/** Writes requests: sound ones, and ones that something has happened to. */
class RequestWriter {
  readonly #random: Random;
  readonly #ids: readonly string[];

  constructor(random: Random, ids: readonly string[]) {
    this.#random = random;
    this.#ids = ids;
  }

  request(): Sending {
    const operation = new OperationWriter(this.#random, this.#ids);
    const query = this.#maybe(40, operation.operation());
    const variables = this.#chance(10) ? this.#json() : operation.variables;
    const headers = this.#headers();
    if (this.#chance(25)) return { method: 'GET', path: this.#url(query, variables), headers };
    const extra = this.#chance(5) ? { [this.#pick(WORDS)]: this.#json() } : {};
    const body = this.#maybe(15, JSON.stringify({ query, variables, ...extra }));
    const method = this.#chance(3) ? this.#pick(['PUT', 'DELETE', 'OPTIONS', 'PATCH', 'HEAD']) : 'POST';
    const type = { 'content-type': 'application/json' };
    return { method, headers: { ...type, ...headers }, body, chunked: this.#chance(10) };
  }

  #url(query: string, variables: unknown): string {
    const search = new URLSearchParams({ query: query.slice(0, 3_000), variables: JSON.stringify(variables) ?? '' });
    const url = `/graphql?${search}`;
    // What is no address at all node:http refuses to send.
    return this.#chance(10) ? url.slice(0, this.#below(url.length)).replace(/[^\x21-\x7e]/g, '') || '/' : url;
  }

  #headers(): Record<string, string> {
    const names = Object.keys(HEADERS).filter(() => this.#chance(6));
    return Object.fromEntries(names.map((name) => [name, this.#pick(HEADERS[name] ?? [''])]));
  }

  #maybe(percent: number, text: string): string {
    return this.#chance(percent) ? this.#mutated(text) : text;
  }

  /** Cut, doubled, or with something else in between: some times over. */
  #mutated(text: string): string {
    let mutated = text;
    for (let times = this.#below(4); times >= 0; times--) {
      const [from, to] = [this.#below(mutated.length + 1), this.#below(mutated.length + 1)].toSorted((a, b) => a - b);
      const [head, middle, tail] = [mutated.slice(0, from), mutated.slice(from, to), mutated.slice(to)];
      mutated = this.#pick([head + tail, head, head + middle + middle + tail, head + this.#insert() + middle + tail]);
    }
    return mutated.slice(0, 20_000);
  }

  #insert(): string {
    return this.#pick(this.#chance(50) ? BYTES : WORDS).repeat(this.#chance(3) ? 500 : 1);
  }

  #json(): unknown {
    return this.#pick<unknown>([
      null,
      [],
      {},
      'x',
      0,
      -1,
      1e300,
      true,
      [[]],
      { v0: null },
      { v0: { v1: [1] } },
      '\ud800',
    ]);
  }

  #pick<T>(items: readonly T[]): T {
    return this.#random.pick(items);
  }

  #chance(percent: number): boolean {
    return this.#random.next() * 100 < percent;
  }

  #below(n: number): number {
    return Math.floor(this.#random.next() * n);
  }
}

describe('whatever is sent', () => {
  let database: TestDatabase;
  let ids: readonly string[];

  beforeAll(async () => {
    const [, open] = engines.at(-1) as (typeof engines)[number];
    database = await open();
    await fillNewsroom(database);
    await database.listen();
    const [one, two] = await storiesOf(serve(database));
    ids = [one?.id, two?.provider.id, 'bm90aGluZw'].map(String);
  });

  afterAll(() => database.close());

  test('is answered as what it is, by both lanes; nothing crashes, and memory does not grow', async () => {
    const server = await HttpServer.open(database, { anonymous: 'PREVIEW' });
    const writer = new RequestWriter(new Random(SEED), ids);
    const counts = new Map<number, number>();
    let left = RUNS;
    let early = 0;
    const client = async () => {
      while (left > 0) {
        left -= 1;
        const request = writer.request();
        const { status, body } = await sent(server, request);
        counts.set(status, (counts.get(status) ?? 0) + 1);
        const context = { seed: SEED, request, answer: String(body).slice(0, 500) };
        if (!STATUSES.includes(status)) throw new Error(`answered ${status}: ${JSON.stringify(context)}`);
        if (left === Math.floor(RUNS / 2)) early = process.memoryUsage().rss;
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    const grown = (process.memoryUsage().rss - early) / 1e6;
    console.info(
      `FUZZ_SEED=${SEED}: ${RUNS} requests, ${JSON.stringify(Object.fromEntries(counts))}, ${grown.toFixed(0)} MB more in the second half`,
    );
    await server.close();
    expect(server.crashes).toEqual([]);
    expect(counts.get(200)).toBeGreaterThan(RUNS / 5);
    expect(counts.get(400)).toBeGreaterThan(RUNS / 20);
    // A short run ends before anything has been collected.
    if (RUNS >= 20_000) expect(grown).toBeLessThan(150);
  }, 3_600_000);
});

/** Headers that node:http itself refuses to send are left out. */
async function sent(server: HttpServer, request: Sending): Promise<Received> {
  return server.send(request).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_INVALID_CHAR') throw new Error(`${error.message}: ${JSON.stringify(request)}`);
    return server.send({ ...request, headers: {} });
  });
}
