import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config.ts';
import { DEFAULT_LIMITS } from '../../src/operation/limits/limits.ts';

const HASH = 'a'.repeat(64);
const DATABASE_URL = 'postgres://news:secret@db.example:5432/news';

describe('the configuration', () => {
  test('needs nothing for development: this machine only, the seeds, an embedded database', () => {
    expect(parseConfig({}, 'dev')).toEqual({
      port: 4000,
      host: '127.0.0.1',
      contentDir: 'seeds',
      dataDir: '.newsgraph',
      previewTokens: [],
      workers: expect.any(Number),
      cacheBytes: 32_000_000,
      limits: DEFAULT_LIMITS,
      rateLimit: { points: null, trustedProxies: [] },
      trustedDocuments: { isStrict: false },
      maxSubscriptions: 2_000,
      requestTimeout: 10_000,
      statementTimeout: 5_000,
      graceSeconds: 10,
      logLevel: 'warn',
    });
  });

  test('takes limits and timeouts', () => {
    const env = {
      ...{ MAX_COST: '500', MAX_DEPTH: '8', MAX_BODY_KB: '16', RATE_LIMIT: '6000', GRACE_SECONDS: '30' },
      ...{ TRUSTED_PROXIES: '10.0.0.0/8, ::1', REQUEST_TIMEOUT_MS: '2000', STATEMENT_TIMEOUT_MS: '1000' },
    };
    expect(parseConfig(env, 'dev')).toMatchObject({
      limits: { ...DEFAULT_LIMITS, maxCost: 500, maxDepth: 8, maxBodyBytes: 16_384 },
      rateLimit: { points: 6_000, trustedProxies: ['10.0.0.0/8', '::1'] },
      requestTimeout: 2_000,
      statementTimeout: 1_000,
      graceSeconds: 30,
    });
    expect(parseConfig({ RATE_LIMIT: 'off' }, 'dev').rateLimit.points).toBeNull();
  });

  test.each([
    ['RATE_LIMIT', 'many', 'expected off, or points a minute from 1'],
    ['TRUSTED_PROXIES', '10.0.0.0/33', 'expected addresses and CIDR blocks'],
    ['TRUSTED_DOCUMENTS_MODE', 'closed', 'expected open or strict'],
    ['REDIS_URL', 'http://secret@example.com', 'expected redis://user:password@host:port, got something else'],
    ['MAX_COST', '0', 'expected points from 1'],
  ])('says what it expects of %s instead of %s', (name, value, expected) => {
    expect(() => parseConfig({ [name]: value }, 'dev')).toThrow(expected);
  });

  test('trusts no documents strictly that nobody has named', () => {
    expect(() => parseConfig({ TRUSTED_DOCUMENTS_MODE: 'strict' }, 'dev')).toThrow('expected the path of a manifest');
  });

  test('takes what the environment says', () => {
    const env = {
      PORT: '80',
      HOST: '::',
      DATABASE_URL,
      PREVIEW_TOKENS: `${HASH}, ${HASH.toUpperCase()}`,
      LOG_LEVEL: 'debug',
    };
    expect(parseConfig(env, 'serve')).toMatchObject({
      port: 80,
      host: '::',
      databaseUrl: DATABASE_URL,
      previewTokens: [HASH, HASH],
      logLevel: 'debug',
    });
  });

  test('counts an empty variable as not set', () => {
    expect(parseConfig({ PORT: '', DATABASE_URL: ' ' }, 'dev')).toMatchObject({ port: 4000 });
  });

  test('lists every fault at once, and shows no secret', () => {
    const env = {
      PORT: '70000',
      DATABASE_URL: 'mysql://root:hunter2@localhost/',
      PREVIEW_TOKENS: 'hunter2',
      LOG_LEVEL: 'loud',
    };
    expect(() => parseConfig(env, 'serve')).toThrow(
      [
        '4 settings are wrong:',
        '  PORT: expected a port from 0 to 65535, got "70000"',
        '  DATABASE_URL: expected postgres://user:password@host:port/database, got something else',
        '  PREVIEW_TOKENS: expected the SHA-256 of each token in hex, separated by commas (printf %s TOKEN | sha256sum), got something else',
        '  LOG_LEVEL: expected one of fatal, error, warn, info, debug, trace, silent, got "loud"',
      ].join('\n'),
    );
  });

  test('lists what is missing together with what is wrong', () => {
    expect(() => parseConfig({ PORT: 'http' }, 'serve')).toThrow(
      /^2 settings are wrong:\n {2}PORT: .*\n {2}DATABASE_URL: /,
    );
  });

  test('keeps development, which shows drafts without a token, on this machine', () => {
    expect(() => parseConfig({ HOST: '0.0.0.0' }, 'dev')).toThrow(/HOST: expected 127.0.0.1, ::1 or localhost/);
  });
});
