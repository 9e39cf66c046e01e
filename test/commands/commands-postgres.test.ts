import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import postgres from 'postgres';
import { build, run, start } from '../harness/command-line.ts';
import { article, testFolder } from '../harness/files.ts';

const server = process.env['TEST_DATABASE_URL'];
const onPostgres = server ? describe : describe.skip;
if (!server) console.warn('TEST_DATABASE_URL is not set: the commands are not tried on PostgreSQL.');

onPostgres('the commands on PostgreSQL', () => {
  const name = `newsgraph_test_${randomUUID().slice(0, 8)}`;
  let admin: postgres.Sql;
  let env: Record<string, string>;

  beforeAll(async () => {
    await build();
    admin = postgres(server as string, { max: 1, onnotice: () => {} });
    await admin.unsafe(`create database ${name}`);
    const url = new URL(server as string);
    url.pathname = `/${name}`;
    env = { DATABASE_URL: url.href, PORT: '0', HOST: '127.0.0.1' };
  });

  afterAll(async () => {
    await admin.unsafe(`drop database ${name} with (force)`);
    await admin.end();
  });

  test('serve refuses a database without its tables and names the command that mends it; migrate mends it', async () => {
    expect(await run(['serve'], env)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('run npm run migrate'),
    });
    expect(await run(['migrate'], env)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/applied \d+ migration/),
    });
    expect(await run(['migrate'], env)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('already up to date'),
    });
  });

  test('serve gives anonymous readers what is published, as soon as sync has committed it', async () => {
    const content = await testFolder();
    const running = start(['serve'], env);
    const [, origin] = await running.seen(/"origin":"([^"]+)"/);
    const total = async () => {
      const response = await fetch(`${origin}/graphql?query={articles{totalCount}}`);
      const { data } = (await response.json()) as { data: { articles: { totalCount: number } } };
      return data.articles.totalCount;
    };
    expect(await total()).toBe(0);
    await content.write('a.md', article('a', { published: true }));
    await content.write('b.md', article('b'));
    expect(await run(['sync', content.path], env)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('2 added'),
    });
    expect(await total()).toBe(1);
    const statusOf = async (path: string) => (await fetch(`${origin}${path}`)).status;
    expect(await Promise.all(['/health', '/ready', '/metrics'].map(statusOf))).toEqual([200, 200, 200]);
    expect(await running.stop('SIGTERM')).toBe(0);
    await content.dispose();
  });
});
