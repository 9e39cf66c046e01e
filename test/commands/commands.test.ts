import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type PreparedData, prepareData, type Running, run, start } from '../harness/command-line.ts';
import { article, type TestFolder, testFolder } from '../harness/files.ts';

const SEED = 'Cryptominers are looking at converting their mining farms into AI operations';

let prepared: PreparedData;

beforeAll(async () => {
  prepared = await prepareData();
});

afterAll(() => prepared.dispose());

describe('npm start', () => {
  let data: TestFolder;
  let content: TestFolder;
  let running: Running | undefined;

  beforeEach(async () => {
    [data, content] = [await testFolder(), await testFolder()];
  });

  afterEach(async () => {
    await running?.stop('SIGKILL');
    await Promise.all([data.dispose(), content.dispose()]);
  });

  const dev = (env: Record<string, string> = {}) => start(['dev'], { PORT: '0', DATA_DIR: data.path, ...env });

  async function ready(server: Running): Promise<string> {
    const [, url] = await server.seen(/open (http:\/\/\S+)\/graphql/);
    return url as string;
  }

  async function titles(origin: string): Promise<string[]> {
    const query = encodeURIComponent('{ articles { nodes { title } } }');
    const response = await fetch(`${origin}/graphql?query=${query}`);
    const { data: answer } = (await response.json()) as { data: { articles: { nodes: { title: string }[] } } };
    return answer.articles.nodes.map((node) => node.title);
  }

  test('shows the seeds, tells what it does meanwhile, and opens again after Ctrl-C', async () => {
    running = dev();
    await running.seen(/opening the database/);
    await running.seen(/reading seeds: 2 added/);
    expect(await titles(await ready(running))).toContain(SEED);
    expect(await running.stop()).toBe(0);

    running = dev();
    await running.seen(/reading seeds: 0 added, 0 changed, 2 unchanged/);
    expect(await titles(await ready(running))).toContain(SEED);
  });

  test('opens again after being killed, too', async () => {
    await prepared.copyTo(data);
    running = dev();
    await ready(running);
    await running.stop('SIGKILL');
    running = dev();
    expect(await titles(await ready(running))).toContain(SEED);
  });

  test('refuses a folder that another process has open, and names that process', async () => {
    await prepared.copyTo(data);
    running = dev();
    await ready(running);
    const second = await run(['dev'], { PORT: '0', DATA_DIR: data.path });
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining(`in use by process ${running.pid}`) });
  });

  test('listens on this machine only', async () => {
    await prepared.copyTo(data);
    running = dev();
    expect(await ready(running)).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  test('says so when its port is taken', async () => {
    await prepared.copyTo(data);
    running = dev();
    const { port } = new URL(await ready(running));
    const other = await testFolder();
    await prepared.copyTo(other);
    const second = await run(['dev'], { PORT: port, DATA_DIR: other.path });
    await other.dispose();
    expect(second).toMatchObject({ code: 1, stderr: expect.stringContaining(`port ${port} is in use`) });
  });

  test('shows an edit soon after it is saved', async () => {
    await prepared.copyTo(data);
    await content.write('a.md', article('a', { title: 'Before' }));
    running = dev({ CONTENT_DIR: content.path });
    const origin = await ready(running);
    expect(await titles(origin)).toContain('Before');
    await content.write('a.md', article('a', { title: 'After the edit' }));
    await running.seen(/1 changed/);
    expect(await titles(origin)).toContain('After the edit');
  });
});

describe('npm run serve', () => {
  test('does not start without a database, and lists every fault at once', async () => {
    const { code, stderr } = await run(['serve'], { PORT: 'http' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/2 settings are wrong:\n {2}PORT: .*\n {2}DATABASE_URL: /);
  });

  test('where no database answers it says so, lives and waits for it: alive, but not ready', async () => {
    const env = { DATABASE_URL: 'postgres://news:secret@127.0.0.1:1/news', PORT: '0', HOST: '127.0.0.1' };
    const serving = start(['serve'], env);
    const [, origin] = await serving.seen(/"origin":"([^"]+)"/);
    expect(serving.output()).toMatch(
      /cannot reach PostgreSQL at 127\.0\.0\.1:1\/news \(ECONNREFUSED\): start it, or correct DATABASE_URL/,
    );
    expect(serving.output()).not.toContain('secret');
    expect((await fetch(`${origin}/health`)).status).toBe(200);
    expect((await fetch(`${origin}/ready`)).status).toBe(503);
    expect(await serving.stop('SIGTERM')).toBe(0);
  });
});

describe('npm run sync', () => {
  let data: TestFolder;
  let content: TestFolder;

  beforeEach(async () => {
    [data, content] = [await testFolder(), await testFolder()];
    await prepared.copyTo(data);
    await content.write('good.md', article('good'));
    await content.write('bad.md', '---\ntitle: [\n---\n');
  });

  afterEach(() => Promise.all([data.dispose(), content.dispose()]));

  test('reports for people, and with --json for machines', async () => {
    const env = { DATA_DIR: data.path };
    const people = await run(['sync', content.path], env);
    expect(people.code).toBe(0);
    expect(people.stdout).toMatch(
      /^1 added, 0 changed, 0 unchanged, 0 removed, 1 rejected\n.*bad\.md:\d+:\d+ YAML_SYNTAX /,
    );
    const machines = await run(['sync', content.path, '--json', '--strict'], env);
    expect(machines.code).toBe(1);
    expect(JSON.parse(machines.stdout)).toMatchObject({ added: 0, unchanged: 1, rejected: [{ code: 'YAML_SYNTAX' }] });
  });

  test('says what it expected when it is called wrongly', async () => {
    expect(await run(['sync'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('expected the folders to sync'),
    });
    expect(await run(['sync', '--fast', 'x'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("Unknown option '--fast'"),
    });
    expect(await run(['sync', 'nowhere'], { DATA_DIR: data.path })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('got nowhere, which does not exist'),
    });
  });
});
