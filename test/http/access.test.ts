import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestServer } from '../harness/client.ts';
import { engines, serve, type TestDatabase, withSeeds } from '../harness/engines.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const TOKENS = [sha256('first-token'), sha256('second-token')];
const COUNT = '{ articles { totalCount } }';
const HELD_BY_PREVIEW = { articles: { totalCount: 2 } };
const HELD_BY_PUBLISHED = { articles: { totalCount: 0 } };

describe.each(engines)('the door on %s', (_name, open) => {
  let database: TestDatabase;
  let production: TestServer;
  let development: TestServer;

  beforeAll(async () => {
    database = await withSeeds(await open());
    production = serve(database, { anonymous: 'PUBLISHED', previewTokens: TOKENS });
    development = serve(database, { anonymous: 'PREVIEW' });
  });

  afterAll(() => database.close());

  test('in production an anonymous reader sees what is published', async () => {
    expect(await production.data(COUNT)).toEqual(HELD_BY_PUBLISHED);
  });

  test.each(['first-token', 'second-token'])('each known token opens the preview', async (token) => {
    expect(await production.data(COUNT, {}, { authorization: `Bearer ${token}` })).toEqual(HELD_BY_PREVIEW);
  });

  test('with a token, X-Perspective: published shows what readers see', async () => {
    const headers = { authorization: 'Bearer first-token', 'x-perspective': 'published' };
    expect(await production.data(COUNT, {}, headers)).toEqual(HELD_BY_PUBLISHED);
  });

  test.each([
    ['an unknown token', { authorization: 'Bearer wrong' }],
    ["a token's own hash", { authorization: `Bearer ${TOKENS[0]}` }],
    ['another scheme', { authorization: 'Basic Zmlyc3QtdG9rZW4=' }],
    ['an empty token', { authorization: 'Bearer ' }],
    ['preview without a token', { 'x-perspective': 'preview' }],
  ])('%s is 401, never silently anonymous', async (_what, headers) => {
    database.statements.length = 0;
    const answer = await production.ask(COUNT, {}, headers);
    expect(answer).toMatchObject({ status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="newsgraph"');
    expect(answer.data ?? null).toBeNull();
    expect(database.statements).toEqual([]);
  });

  test('a perspective that does not exist is 400', async () => {
    const answer = await production.ask(COUNT, {}, { 'x-perspective': 'everything' });
    expect(answer).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  test('in development drafts are shown without a token, and X-Perspective hides them', async () => {
    expect(await development.data(COUNT)).toEqual(HELD_BY_PREVIEW);
    expect(await development.data(COUNT, {}, { 'x-perspective': 'published' })).toEqual(HELD_BY_PUBLISHED);
  });

  test('in development a request for a foreign host is refused, as DNS rebinding makes it', async () => {
    const answer = await development.ask(COUNT, {}, { host: 'evil.example' });
    expect(answer).toMatchObject({ status: 421, errors: [{ extensions: { code: 'MISDIRECTED_REQUEST' } }] });
  });

  test('in development only pages of this machine may read answers', async () => {
    const allowed = async (origin: string) =>
      (await development.ask(COUNT, {}, { origin })).headers.get('access-control-allow-origin');
    expect(await allowed('http://localhost:5173')).toBe('http://localhost:5173');
    expect(await allowed('https://evil.example')).toBeNull();
  });

  test('in production any page may read answers, and none may send cookies', async () => {
    const { headers } = await production.ask(COUNT, {}, { origin: 'https://app.example' });
    expect(['*', 'https://app.example']).toContain(headers.get('access-control-allow-origin'));
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });
});
