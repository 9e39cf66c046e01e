import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SyncReport } from '../../src/content/report.ts';
import { type PreparedData, prepareData, type Running, start } from '../harness/command-line.ts';
import { article, type TestFolder, testFolder, toMarkdown } from '../harness/files.ts';

let prepared: PreparedData;

beforeAll(async () => {
  prepared = await prepareData();
});

afterAll(() => prepared.dispose());

describe('npm run sync -- --watch', () => {
  let data: TestFolder;
  let content: TestFolder;
  let running: Running;

  beforeEach(async () => {
    [data, content] = [await testFolder(), await testFolder()];
    await prepared.copyTo(data);
    await content.write('first.md', article('first'));
    running = start(['sync', content.path, '--watch', '--json'], { DATA_DIR: data.path });
    await running.seen(/"added":1,/);
  });

  afterEach(async () => {
    await running.stop('SIGKILL');
    await Promise.all([data.dispose(), content.dispose()]);
  });

  /** The reports of the syncs so far that changed something. */
  const reports = (): SyncReport[] =>
    running
      .output()
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line))
      .filter((report: SyncReport) => report.added + report.changed + report.removed + report.rejected.length > 0);

  const added = () => reports().reduce((sum, report) => sum + report.added, 0);

  test('five hundred files at once are one commit or two', async () => {
    const names = Array.from({ length: 500 }, (_, i) => `story-${i}`);
    await Promise.all(names.map((name) => content.write(`${name}.md`, article(name))));
    await running.until(() => added() === 501);
    expect(reports().length - 1).toBeLessThanOrEqual(2);
  });

  test('a file that is only half written is waited for, not rejected', async () => {
    const whole = toMarkdown(article('slow'));
    await content.write('slow.md', whole.slice(0, 60));
    // Longer than the watcher's quiet time, shorter than its patience.
    await sleep(200);
    await content.write('slow.md', whole);
    await running.until(() => added() === 2);
    expect(reports().flatMap((report) => report.rejected)).toEqual([]);
  });

  test('a file that stays bad is reported', async () => {
    await content.write('bad.md', 'no front matter');
    await running.seen(/FRONT_MATTER_MISSING/);
  });

  test('Ctrl-C ends it with success', async () => {
    expect(await running.stop()).toBe(0);
  });
});
