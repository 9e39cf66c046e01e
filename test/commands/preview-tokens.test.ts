import { createHash, randomUUID } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import postgres from 'postgres';
import { build, type Running, run, start } from '../harness/command-line.ts';
import { EventStream, subscribing } from '../harness/event-stream.ts';
import { article, type TestFolder, testFolder } from '../harness/files.ts';

const database = process.env['TEST_DATABASE_URL'];
const onPostgres = database ? describe : describe.skip;
if (!database) console.warn('TEST_DATABASE_URL is not set: no preview token is taken out of its file.');

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const withToken = (token: string) => ({ authorization: `Bearer ${token}` });

const TITLES = '{ articles { nodes { title } } }';
const FILE = 'tokens';
/** In milliseconds: the file is looked at twice a second, by a machine that may be busy. */
const SOON = 5_000;

onPostgres('PREVIEW_TOKENS_FILE', () => {
  const name = `newsgraph_test_${randomUUID().slice(0, 8)}`;
  const url = new URL(database ?? 'postgres://nowhere');
  url.pathname = `/${name}`;
  let admin: postgres.Sql;
  let content: TestFolder;
  let folder: TestFolder;
  let serving: Running | undefined;
  let origin: string;

  beforeAll(async () => {
    await build();
    admin = postgres(database as string, { max: 1, onnotice: () => {} });
    await admin.unsafe(`create database ${name}`);
    content = await testFolder();
    await content.write('published.md', article('published', { published: true }));
    await content.write('draft.md', article('draft'));
    expect(await run(['sync', content.path], { DATABASE_URL: url.href })).toMatchObject({ code: 0 });
  });

  beforeEach(async () => {
    folder = await testFolder();
  });

  afterEach(async () => {
    await serving?.stop('SIGKILL');
    await folder.dispose();
  });

  afterAll(async () => {
    await admin.unsafe(`drop database ${name} with (force)`);
    await admin.end();
    await content.dispose();
  });

  const write = (...lines: readonly string[]) => folder.write(FILE, `${lines.join('\n')}\n`);

  async function serve(env: Record<string, string> = {}): Promise<Running> {
    const file = { PREVIEW_TOKENS_FILE: join(folder.path, FILE) };
    const running = start(['serve'], { DATABASE_URL: url.href, PORT: '0', HOST: '127.0.0.1', ...file, ...env });
    serving = running;
    [, origin] = (await running.seen(/"origin":"([^"]+)"/)) as unknown as [string, string];
    return running;
  }

  function ask(token: string): Promise<Response> {
    return fetch(`${origin}/graphql?query=${encodeURIComponent(TITLES)}`, { headers: withToken(token) });
  }

  const statusOf = async (token: string) => (await ask(token)).status;

  /** Resolves when a token is answered with `status`. */
  async function untilAnswered(token: string, status: number): Promise<void> {
    const deadline = Date.now() + SOON;
    while ((await statusOf(token)) !== status) {
      if (Date.now() > deadline) throw new Error(`${token} was not answered with ${status} within ${SOON} ms`);
      await sleep(50);
    }
  }

  const subscribe = (token: string) => EventStream.open({ origin }, subscribing(TITLES, withToken(token)));

  test('each token that it names opens the preview, in whatever way the file is written', async () => {
    await write('# of the newsroom', '', sha256('one'), `  ${sha256('two').toUpperCase()} # two\r`, '   ');
    const running = await serve();
    for (const token of ['one', 'two']) expect(await (await ask(token)).text()).toContain('The story of draft');
    expect(await statusOf('three')).toBe(401);
    expect(running.output()).not.toContain('"level":50');
  });

  test('a token that is added is known soon, and one of PREVIEW_TOKENS stays known', async () => {
    await write(sha256('one'));
    await serve({ PREVIEW_TOKENS: sha256('other') });
    expect([await statusOf('one'), await statusOf('two'), await statusOf('other')]).toEqual([200, 401, 200]);
    await write(sha256('one'), sha256('two'));
    await untilAnswered('two', 200);
    expect([await statusOf('one'), await statusOf('other')]).toEqual([200, 200]);
  });

  test('a token that is taken out is refused soon, and its subscription ends', async () => {
    await write(sha256('one'), sha256('two'));
    await serve();
    const [one, two] = [await subscribe('one'), await subscribe('two')];
    for (const stream of [one, two]) expect(await stream.next()).toMatchObject({ data: { data: expect.anything() } });
    await write(sha256('two'));
    expect(await one.next()).toMatchObject({ data: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } });
    expect(await one.next()).toEqual({ event: 'complete', data: null });
    expect([await statusOf('one'), await statusOf('two')]).toEqual([401, 200]);
    expect(two.pending).toEqual([]);
    await content.write('another.md', article('another'));
    expect(await run(['sync', content.path], { DATABASE_URL: url.href })).toMatchObject({ code: 0 });
    expect(JSON.stringify(await two.next())).toContain('The story of another');
    two.close();
  });

  test('a file that another takes the place of is read, too', async () => {
    await write(sha256('one'));
    await serve();
    await folder.write('next', sha256('two'));
    await rename(join(folder.path, 'next'), join(folder.path, FILE));
    await untilAnswered('two', 200);
    expect(await statusOf('one')).toBe(401);
  });

  test('a line that is no hash opens nothing, and is named in the log but not shown', async () => {
    const secret = 'a-token-that-was-not-hashed';
    await write(sha256('one'), '# next:', secret, sha256('two').slice(1));
    const running = await serve();
    expect([await statusOf('one'), await statusOf(secret), await statusOf('two')]).toEqual([200, 401, 401]);
    for (const line of [3, 4]) expect(running.output()).toContain(`${join(folder.path, FILE)}:${line}: expected`);
    expect(running.output()).not.toContain(secret);
    expect(running.output()).not.toContain(sha256('two').slice(1));
  });

  test('a file that is missing opens nothing and is named in the log, until it is there', async () => {
    const running = await serve();
    expect(running.output()).toContain(`${join(folder.path, FILE)}: cannot be read (ENOENT)`);
    expect(await statusOf('one')).toBe(401);
    await write(sha256('one'));
    await untilAnswered('one', 200);
  });

  test('a file that is removed opens nothing any more', async () => {
    await write(sha256('one'));
    await serve();
    expect(await statusOf('one')).toBe(200);
    await folder.remove(FILE);
    await untilAnswered('one', 401);
  });
});
