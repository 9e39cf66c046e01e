import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import postgres from 'postgres';
import { build, type Running, run, start } from '../harness/command-line.ts';
import { EventStream, subscribing } from '../harness/event-stream.ts';
import { article, type TestFolder, testFolder } from '../harness/files.ts';

const server = process.env['TEST_DATABASE_URL'];
const onPostgres = server ? describe : describe.skip;
if (!server) console.warn('TEST_DATABASE_URL is not set: no production server is stopped.');

const SLOW = '{ articles { nodes { images(first: 1) { url } } } }';

onPostgres('npm run serve, told to end', () => {
  const name = `newsgraph_test_going_down_${process.pid}`;
  const admin = postgres(server ?? '', { max: 1, onnotice: () => {} });
  const url = new URL(server ?? 'postgres://nowhere');
  url.pathname = `/${name}`;
  let holder: postgres.Sql;
  let folder: TestFolder;
  let serving: Running;
  let origin: string;

  beforeAll(async () => {
    await build();
    await admin.unsafe(`create database ${name}`);
    holder = postgres(url.href, { max: 1, onnotice: () => {} });
    folder = await testFolder();
    const images = [{ url: 'https://example.com/image.png' }];
    await folder.write('a.md', article('a', { published: true, images }));
    expect(await run(['sync', folder.path], { DATABASE_URL: url.href })).toMatchObject({ code: 0 });
  });

  beforeEach(async () => {
    const env = {
      DATABASE_URL: url.href,
      PORT: '0',
      HOST: '127.0.0.1',
      GRACE_SECONDS: '2',
      STATEMENT_TIMEOUT_MS: '9000',
    };
    serving = start(['serve'], env);
    [, origin] = (await serving.seen(/"origin":"([^"]+)"/)) as unknown as [string, string];
  });

  afterAll(async () => {
    await holder.end();
    await admin.unsafe(`drop database ${name} with (force)`);
    await admin.end();
    await folder.dispose();
  });

  const ask = () => fetch(`${origin}/graphql?query=${encodeURIComponent(SLOW)}`);
  const statusOf = async (path: string) => (await fetch(`${origin}${path}`)).status;

  /** Runs `work` while readers of images wait. */
  async function whileLocked(work: () => Promise<void>): Promise<void> {
    await holder.begin(async (transaction) => {
      await transaction`lock table published.article_images in access exclusive mode`;
      await work();
    });
  }

  test('says that it is not ready, still lives, finishes what is under way, and ends with 0', async () => {
    let slow: Promise<Response> | undefined;
    let ended: Promise<number | null> | undefined;
    await whileLocked(async () => {
      slow = ask();
      await sleep(300);
      ended = serving.stop('SIGTERM');
      await sleep(200);
      expect([await statusOf('/ready'), await statusOf('/health')]).toEqual([503, 200]);
      await sleep(1_200);
      await expect(statusOf('/health')).rejects.toThrow('fetch failed');
    });
    expect(await (await slow)?.json()).toMatchObject({ data: { articles: { nodes: [{ images: [{}] }] } } });
    expect(await ended).toBe(0);
  });

  test('ends subscriptions, says why, and does not wait for them', async () => {
    const stream = await EventStream.open({ origin }, subscribing('{ articles { totalCount } }'));
    expect(await stream.next()).toMatchObject({ data: { data: { live: { articles: { totalCount: 1 } } } } });
    const ended = serving.stop('SIGTERM');
    expect(await stream.next()).toMatchObject({ data: { errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }] } });
    expect(await stream.next()).toEqual({ event: 'complete', data: null });
    expect(await stream.ended).toBe(true);
    expect(await ended).toBe(0);
    expect(serving.output()).not.toContain('GRACE_SECONDS was not enough');
  });

  test('cuts off what takes longer than its grace, says so, and ends with 0', async () => {
    await whileLocked(async () => {
      const slow = ask();
      slow.catch(() => {});
      await sleep(300);
      expect(await serving.stop('SIGTERM')).toBe(0);
      await expect(slow).rejects.toThrow('fetch failed');
    });
    expect(serving.output()).toContain('GRACE_SECONDS was not enough');
  });

  test('told twice, ends at once', async () => {
    await whileLocked(async () => {
      ask().catch(() => {});
      await sleep(300);
      const since = performance.now();
      const ended = serving.stop('SIGTERM');
      await sleep(100);
      expect(await serving.stop('SIGTERM')).toBe(130);
      await ended;
      expect(performance.now() - since).toBeLessThan(1_000);
    });
  });
});
