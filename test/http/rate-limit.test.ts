import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Logger, pino } from 'pino';
import { createRateLimit, type RateLimit } from '../../src/http/rate-limit/rate-limit.ts';
import type { ServerOptions } from '../../src/http/server-options.ts';
import { clientAddress, toTrustedProxies } from '../../src/lib/client-address.ts';
import { engines, type TestDatabase, withSeeds } from '../harness/engines.ts';
import { decoded, HttpServer, type Received } from '../harness/http-client.ts';
import { parameters } from '../harness/newsroom.ts';

const [[, openEmbedded]] = engines as [(typeof engines)[number]];

const { TEST_REDIS_URL: redisUrl } = process.env;

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const TOKENS = ['first-token', 'second-token'] as const;

const WAYS: readonly (readonly [way: string, options: Partial<ServerOptions>])[] = [
  ['by the express lane', {}],
  ['by the ordinary way', { lane: false }],
];

/** Costs nothing by its fields, so the one point that every request costs. */
const CHEAP = '{ __typename }';
const DEAR = '{ articles(first: 20) { nodes { title provider { name } } } }';

const withToken = (token: string) => ({ authorization: `Bearer ${token}` });
const from = (address: string) => ({ 'x-forwarded-for': address });

const jsonOf = (answer: Received) => JSON.parse(decoded(answer));
const costOf = (answer: Received): number => jsonOf(answer).extensions.cost.requested;

/** A log that keeps what it is told. */
function keepingLogger(): { logger: Logger; told: string[] } {
  const told: string[] = [];
  const logger = pino({ level: 'error' }, { write: (line: string) => void told.push(JSON.parse(line).msg) });
  return { logger, told };
}

const limitOf = (points: number) => createRateLimit({ points, logger: pino({ level: 'silent' }) });

function expectRefused(answer: Received): void {
  expect(answer).toMatchObject({ status: 429, headers: { 'cache-control': 'no-store' } });
  expect(jsonOf(answer)).toMatchObject({ errors: [{ extensions: { code: 'RATE_LIMITED' } }] });
  expect(jsonOf(answer).data).toBeUndefined();
  const seconds = Number(answer.headers['retry-after']);
  expect([seconds > 0, seconds <= 60, Number.isInteger(seconds)]).toEqual([true, true, true]);
}

describe.each(WAYS)('the rate limit, %s', (_way, options) => {
  let database: TestDatabase;
  let dear: number;
  const opened: HttpServer[] = [];

  beforeAll(async () => {
    database = await withSeeds(await openEmbedded());
    dear = costOf(await (await open(1_000_000)).ask(DEAR));
  });

  afterEach(async () => {
    await Promise.all(opened.splice(0).map((server) => server.close()));
  });

  afterAll(() => database.close());

  /** A server with a limit of so many points a minute. */
  async function open(points: number, more: Partial<ServerOptions> = {}): Promise<HttpServer> {
    const rateLimit = limitOf(points);
    const previewTokens = TOKENS.map(sha256);
    const server = await HttpServer.open(database, { previewTokens, rateLimit, ...options, ...more });
    opened.push(server);
    return server;
  }

  /** How many requests in a row are answered, of at most 60. */
  async function countAnswered(ask: () => Promise<Received>): Promise<number> {
    for (let answered = 0; answered < 60; answered++) if ((await ask()).status === 429) return answered;
    return 60;
  }

  test('admits as many points as it says, then answers 429 and when to go on', async () => {
    const server = await open(5);
    expect(await countAnswered(() => server.ask(CHEAP))).toBe(5);
    expectRefused(await server.ask(CHEAP));
    expectRefused(await server.send({ path: `/graphql?query=${encodeURIComponent(CHEAP)}` }));
  });

  test('counts cost and not requests: one dear one is as many cheap ones', async () => {
    expect(dear).toBeGreaterThan(20);
    const server = await open(dear + 5);
    expect((await server.ask(DEAR)).status).toBe(200);
    expect(await countAnswered(() => server.ask(CHEAP))).toBe(5);
  });

  test('counts what the variables make of an operation', async () => {
    const query = 'query ($n: Int) { articles(first: $n) { nodes { title } } }';
    const small = costOf(await (await open(1_000)).ask(query, {}, { n: 1 }));
    const large = costOf(await (await open(1_000)).ask(query, {}, { n: 50 }));
    expect(large - small).toBe(49);
    const server = await open(large + small);
    expect((await server.ask(query, {}, { n: 50 })).status).toBe(200);
    expect((await server.ask(query, {}, { n: 1 })).status).toBe(200);
    expectRefused(await server.ask(query, {}, { n: 1 }));
  });

  test('refuses what costs more than is left, and a request that it refuses runs no SQL', async () => {
    const server = await open(dear + 1, { cacheBytes: 0 });
    await server.ask('{ articles { totalCount } }');
    database.statements.length = 0;
    for (let times = 0; times < 3; times++) expectRefused(await server.ask(DEAR));
    expect(database.statements).toEqual([]);
  });

  test('refuses with no SQL even if nothing has been read yet', async () => {
    const server = await open(5);
    database.statements.length = 0;
    for (let times = 0; times < 3; times++) expectRefused(await server.ask(DEAR));
    expect(database.statements).toEqual([]);
  });

  test.each<[what: string, body: string]>([
    ['JSON that is none', '{'],
    ['a query that is none', '{"query":"{"}'],
    ['a query that the schema does not know', '{"query":"{ nobody }"}'],
    ['a bomb', JSON.stringify({ query: '{ a '.repeat(300) })],
    ['a name that is not known', `{"documentId":"${sha256('nobody')}"}`],
  ])('%s costs a point, too', async (_what, body) => {
    const server = await open(5);
    const send = () => server.send({ method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(await countAnswered(send)).toBe(5);
  });

  test.each<[what: string, body: string]>([
    ['a bad argument', '{"query":"{ articles(first: -1) { totalCount } }"}'],
    [
      'a query that costs too much',
      `{"query":"{ articles(first: 100) { nodes { related(first: 100) { nodes { related(first: 100) { nodes { id } } } } } } }"}`,
    ],
  ])('%s costs one point', async (_what, body) => {
    const server = await open(5);
    const send = () => server.send({ method: 'POST', headers: { 'content-type': 'application/json' }, body });
    expect(await countAnswered(send)).toBe(5);
  });

  test('an answer that is kept costs as much as one that is made', async () => {
    const server = await open(3 * dear);
    const answers: Received[] = [];
    for (let times = 0; times < 4; times++) answers.push(await server.ask(DEAR));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429]);
  });

  test('an answer that is the same as before (304) costs as much as any', async () => {
    const server = await open(3 * dear);
    const etag = String((await server.ask(DEAR)).headers.etag);
    const statuses: number[] = [];
    for (let times = 0; times < 3; times++) statuses.push((await server.ask(DEAR, { 'if-none-match': etag })).status);
    expect(statuses).toEqual([304, 304, 429]);
  });

  test('counts each token by itself, and apart from the address that it comes from', async () => {
    const server = await open(5);
    expect(await countAnswered(() => server.ask(CHEAP))).toBe(5);
    expect(await countAnswered(() => server.ask(CHEAP, withToken('first-token')))).toBe(5);
    expect(await countAnswered(() => server.ask(CHEAP, withToken('second-token')))).toBe(5);
    expectRefused(await server.ask(CHEAP, withToken('first-token')));
  });

  test('counts a token together, wherever it comes from and however it is spelled', async () => {
    const server = await open(5, { trustedProxies: toTrustedProxies(['127.0.0.1']) });
    let asked = 0;
    const ask = () => {
      asked += 1;
      const authorization = asked % 2 === 0 ? 'Bearer first-token' : 'bearer   first-token';
      return server.ask(CHEAP, { ...from(`203.0.113.${asked}`), authorization });
    };
    expect(await countAnswered(ask)).toBe(5);
  });

  test('an unknown token is 401, and opens no count of its own', async () => {
    const server = await open(5);
    for (let i = 0; i < 10; i++) expect((await server.ask(CHEAP, withToken(`guess-${i}`))).status).not.toBe(200);
    expect(await countAnswered(() => server.ask(CHEAP))).toBeLessThanOrEqual(5);
  });

  test('what a client says of itself in X-Forwarded-For does not count', async () => {
    const server = await open(5);
    let asked = 0;
    expect(await countAnswered(() => server.ask(CHEAP, from(`203.0.113.${asked++}`)))).toBe(5);
  });

  test('what a trusted proxy says of its clients counts, and clients cannot forge it', async () => {
    const server = await open(5, { trustedProxies: toTrustedProxies(['127.0.0.0/8', '10.0.0.0/8']) });
    expect(await countAnswered(() => server.ask(CHEAP, from('203.0.113.1')))).toBe(5);
    let asked = 0;
    expect(await countAnswered(() => server.ask(CHEAP, from(`198.51.100.${asked++}, 203.0.113.2, 10.0.0.7`)))).toBe(5);
    expectRefused(await server.ask(CHEAP, from('203.0.113.1')));
    expectRefused(await server.ask(CHEAP, from('203.0.113.2')));
  });

  test('all of an IPv6 network are one client', async () => {
    const server = await open(5, { trustedProxies: toTrustedProxies(['127.0.0.1']) });
    let asked = 0;
    expect(await countAnswered(() => server.ask(CHEAP, from(`2001:db8:1:2::${++asked}`)))).toBe(5);
    expect((await server.ask(CHEAP, from('2001:db8:1:3::1'))).status).toBe(200);
  });

  test('health and readiness are never refused', async () => {
    const server = await open(1);
    for (let times = 0; times < 3; times++) await server.ask(CHEAP);
    for (const path of ['/health', '/ready']) expect(await server.send({ path })).toMatchObject({ status: 200 });
  });
});

describe('a rate limit that servers share in Redis', () => {
  let database: TestDatabase;
  const closing: (() => unknown)[] = [];

  beforeAll(async () => {
    database = await withSeeds(await openEmbedded());
  });

  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  afterAll(() => database.close());

  async function open(rateLimit: RateLimit, options: Partial<ServerOptions> = {}): Promise<HttpServer> {
    const server = await HttpServer.open(database, { rateLimit, previewTokens: TOKENS.map(sha256), ...options });
    closing.push(
      () => rateLimit.close(),
      () => server.close(),
    );
    return server;
  }

  const onRedis = redisUrl ? test : test.skip;
  if (!redisUrl) console.info('set TEST_REDIS_URL=redis://127.0.0.1:6379 to test the rate limit on Redis, too');

  onRedis('is one limit for all of them', async () => {
    const { logger, told } = keepingLogger();
    // Nobody has asked from here before, in whatever run of these tests.
    const client = from(
      `2001:db8:${sha256(String(process.hrtime.bigint()))
        .slice(0, 8)
        .replace(/(.{4})/, '$1:')}::1`,
    );
    const trustedProxies = toTrustedProxies(['127.0.0.1']);
    const limits = [0, 1].map(() => createRateLimit({ points: 10, redisUrl: redisUrl as string, logger }));
    const servers = await Promise.all(limits.map((limit) => open(limit, { trustedProxies })));
    // Connected when the first is counted: until then they would let everything in.
    for (const [i, limit] of limits.entries()) await untilCounting(limit, `warm-${i}`);
    const statuses: number[] = [];
    for (let i = 0; i < 12; i++) statuses.push((await (servers[i % 2] as HttpServer).ask(CHEAP, client)).status);
    expect(statuses).toEqual([...Array(10).fill(200), 429, 429]);
    for (const server of servers) expectRefused(await server.ask(CHEAP, client));
    expect(told.length).toBeLessThanOrEqual(2);
  });

  test.each(WAYS)(
    'lets everyone in where no Redis listens, says so once, and does not wait: %s',
    async (_way, options) => {
      const { logger, told } = keepingLogger();
      const { port, close } = await tcpServer();
      await close();
      const server = await open(createRateLimit({ points: 2, redisUrl: `redis://127.0.0.1:${port}`, logger }), options);
      await expectOpen(server);
      expect(told).toEqual([expect.stringContaining('REDIS_URL cannot be reached')]);
    },
  );

  test.each(WAYS)('lets everyone in while Redis is silent, and hardly waits for it: %s', async (_way, options) => {
    const { logger, told } = keepingLogger();
    const { port, close } = await tcpServer();
    closing.push(close);
    const server = await open(createRateLimit({ points: 2, redisUrl: `redis://127.0.0.1:${port}`, logger }), options);
    await expectOpen(server);
    expect(told).toHaveLength(1);
  });

  test.each(WAYS)('lets everyone in when Redis dies, even without a word: %s', async (_way, options) => {
    const { logger, told } = keepingLogger();
    const redis = await tcpServer(answerAsRedis);
    const rateLimit = createRateLimit({ points: 3, redisUrl: `redis://127.0.0.1:${redis.port}`, logger });
    const server = await open(rateLimit, options);
    await untilCounting(rateLimit, 'warm');
    told.length = 0;
    expect((await server.ask(CHEAP)).status).toBe(429);
    redis.mute();
    await expectOpen(server);
    await redis.close();
    await expectOpen(server);
    expect(told.length).toBeLessThanOrEqual(1);
  });

  /** That more requests than the limit has points are answered, each in less than a second. */
  async function expectOpen(server: HttpServer): Promise<void> {
    for (let times = 0; times < 8; times++) {
      const begun = performance.now();
      expect((await server.ask(CHEAP)).status).toBe(200);
      expect(performance.now() - begun).toBeLessThan(1_000);
    }
  }
});

/** Takes points of a client that nobody else is until there are none left. */
async function untilCounting(limit: RateLimit, client: string): Promise<void> {
  const end = performance.now() + 10_000;
  while (performance.now() < end) {
    const isRefused = await limit.take(`${client}-${process.pid}`, 100).then(
      () => false,
      () => true,
    );
    if (isRefused) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('expected a Redis that counts, got none within ten seconds');
}

/** Enough of Redis for the limit: whatever is counted has been counted a hundred times. */
function answerAsRedis(socket: Socket, commands: string): void {
  for (const command of commands.split(/(?=\*\d+\r\n\$)/)) socket.write(replyOf(command));
}

function replyOf(command: string): string {
  if (/\r\ninfo\r\n/i.test(command)) return `$21\r\nredis_version:7.0.0\r\n\r\n`;
  return /\r\neval(sha)?\r\n/i.test(command) ? '*2\r\n:100\r\n:30000\r\n' : '+OK\r\n';
}

/** Something that listens, and says nothing unless told how to. */
async function tcpServer(answer?: (socket: Socket, command: string) => void) {
  const sockets = new Set<Socket>();
  let isMute = false;
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      if (!isMute) answer?.(socket, chunk.toString());
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    mute() {
      isMute = true;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('the address that a request is counted for', () => {
  const trusted = toTrustedProxies(['10.0.0.0/8', '192.0.2.1', 'fd00::/8']);

  test.each<[what: string, remote: string, forwardedFor: string | null, client: string]>([
    ['is where the request comes from', '203.0.113.1', null, '203.0.113.1'],
    ['is not what an untrusted sender says', '203.0.113.1', '198.51.100.1', '203.0.113.1'],
    ['is what a trusted proxy says', '10.1.2.3', '198.51.100.1', '198.51.100.1'],
    ['is the nearest that no trusted proxy has', '10.1.2.3', '6.6.6.6, 198.51.100.1, 192.0.2.1', '198.51.100.1'],
    ['is never what is said beyond an untrusted address', '10.1.2.3', '10.9.9.9, 198.51.100.1', '198.51.100.1'],
    ['is the first of all if all are trusted', '10.1.2.3', '10.9.9.9, 192.0.2.1', '10.9.9.9'],
    ['is the proxy’s own if it says nothing', '10.1.2.3', '', '10.1.2.3'],
    ['is the proxy’s own if it says nonsense', '10.1.2.3', 'unknown, _hidden, 1.2.3', '10.1.2.3'],
    ['is IPv4 if it is IPv4 in IPv6', '::ffff:203.0.113.1', null, '203.0.113.1'],
    ['trusts a proxy that comes as IPv4 in IPv6', '::ffff:10.1.2.3', '198.51.100.1', '198.51.100.1'],
    ['trusts a proxy of IPv6', 'fd00::1', '198.51.100.1', '198.51.100.1'],
    ['is a network if it is IPv6', '2001:db8:1:2:3:4:5:6', null, '2001:db8:1:2::/64'],
    ['is the same network however it is written', '2001:0DB8:0001:0002::6', null, '2001:db8:1:2::/64'],
    ['knows zeros that are left out', '2001:db8::1', null, '2001:db8:0:0::/64'],
    ['knows the loopback', '::1', null, '0:0:0:0::/64'],
    ['is nobody’s if there is none', '', null, ''],
  ])('%s', (_what, remote, forwardedFor, client) => {
    expect(clientAddress(remote, forwardedFor, trusted)).toBe(client);
  });

  const ipv4 = fc.ipV4();
  const address = fc.oneof(ipv4, fc.ipV6());
  const list = fc.array(fc.oneof(address, fc.string()), { maxLength: 5 }).map((parts) => parts.join(','));

  test('is never changed by an untrusted sender, whatever it says', () => {
    const property = fc.property(address, list, (remote, said) => {
      const nobody = toTrustedProxies([]);
      expect(clientAddress(remote, said, nobody)).toBe(clientAddress(remote, null, nobody));
    });
    fc.assert(property, parameters(500));
  });

  test('is never changed by a client behind a trusted proxy, which adds the address that it sees', () => {
    const property = fc.property(address, list, (client, said) => {
      const own = clientAddress(client, null, toTrustedProxies([]));
      fc.pre(clientAddress(client, '203.0.113.99', trusted) === own);
      expect(clientAddress('10.0.0.1', `${said},${client}`, trusted)).toBe(own);
    });
    fc.assert(property, parameters(500));
  });

  test('is one for a whole /64 of IPv6, and another for the next', () => {
    const group = fc.integer({ min: 0, max: 0xffff }).map((n) => n.toString(16));
    const groups = fc.array(group, { minLength: 4, maxLength: 4 });
    const property = fc.property(groups, groups, groups, (network, host, other) => {
      const of = (...parts: string[][]) => clientAddress(parts.flat().join(':'), null, toTrustedProxies([]));
      expect(of(network, host)).toBe(of(network, other));
      fc.pre(network.join() !== other.join());
      expect(of(network, host)).not.toBe(of(other, host));
    });
    fc.assert(property, parameters(500));
  });

  test.each(['10.0.0.0/8', '192.0.2.1', '0.0.0.0/0', '::1', 'fd00::/8', '::/0'])('%s is a block to trust', (block) => {
    expect(() => toTrustedProxies([block])).not.toThrow();
  });

  test.each(['', 'localhost', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/8x', '::1/129', '10.0.0/8', '1.2.3.4:80'])(
    '"%s" is none',
    (block) => {
      expect(() => toTrustedProxies(['10.0.0.1', block])).toThrow(`"${block}" is no address or block`);
    },
  );
});
