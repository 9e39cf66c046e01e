import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { pino } from 'pino';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Listener, listen } from '../../src/commands/listen.ts';
import { parseConfig } from '../../src/config.ts';
import { sync } from '../../src/content/sync.ts';
import { graphiql } from '../../src/http/graphiql.ts';
import { createServer } from '../../src/http/server.ts';
import { engines, type TestDatabase, withSeeds } from '../harness/engines.ts';
import { article, testFolder } from '../harness/files.ts';

const executablePath = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';
const isInstalled = existsSync(executablePath);
if (!isInstalled) {
  console.warn(
    `no Chromium at ${executablePath}, GraphiQL is not tested: apt-get install chromium, or set CHROMIUM_PATH`,
  );
}
const describeInBrowser = isInstalled ? describe : describe.skip;

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const READY_MADE = (graphiql.defaultTabs ?? []).map(({ query }) => String(/^query (\w+)/m.exec(query ?? '')?.[1]));

describeInBrowser('GraphiQL', () => {
  let database: TestDatabase;
  let listener: Listener;
  let browser: Browser;

  beforeAll(async () => {
    const [engine] = engines;
    if (!engine) throw new Error('expected an engine');
    database = await withSeeds(await engine[1]());
    const logger = pino({ level: 'silent' });
    const server = createServer({ database, logger, anonymous: 'PREVIEW', previewTokens: [] });
    listener = await listen(server, parseConfig({ PORT: '0' }, 'dev'));
    browser = await chromium.launch({ executablePath, args });
  });

  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
  });

  afterAll(async () => {
    await browser?.close();
    await listener?.close();
    await database?.close();
  });

  test('GraphiQL works without a network: the play button shows an answer, and no other server is asked for anything', async () => {
    const { page, foreign } = await visit();
    await page.getByRole('button', { name: 'Execute query' }).click();
    await resultWith(page, 'Cryptominers are looking at converting their mining farms into AI operations').waitFor();
    expect(foreign).toEqual([]);
  });

  test('it opens with the ready-made tabs, and a reload keeps them', async () => {
    const { page } = await visit();
    expect(await tabsOf(page)).toEqual(READY_MADE);
    await page.reload();
    expect(await tabsOf(page)).toEqual(READY_MADE);
  });

  test('every ready-made tab opens at a click, and its query is answered without errors', async () => {
    const { page, complaints } = await visit();
    for (const name of READY_MADE) {
      const { data, errors } = await run(page, name);
      expect({ name, errors }).toEqual({ name, errors: undefined });
      expect(Object.values(data)).not.toContain(null);
      await resultWith(page, '"data"').waitFor();
    }
    expect(complaints).toEqual([]);
  });

  test('a subscription shows the answer as of now, and the next one when a file is synced', async () => {
    const { page } = await visit('subscription { live { articles(first: 1) { nodes { title } } } }');
    await page.getByRole('button', { name: 'Execute query' }).click();
    await resultWith(page, 'Cryptominers are looking at converting their mining farms').waitFor();
    const folder = await testFolder();
    await folder.write(
      'news.md',
      article('news', { title: 'This just in', publishedDateTime: '2030-01-01T00:00:00Z' }),
    );
    await sync(database, [folder.path]);
    await resultWith(page, 'This just in').waitFor();
    await folder.dispose();
  });

  /** Opens GraphiQL as a first visitor does. What it asks of other servers is noted and refused. */
  async function visit(query?: string) {
    const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
    const complaints: string[] = [];
    page.on('pageerror', ({ message }) => complaints.push(message));
    page.on('console', (line) => line.type() === 'error' && complaints.push(line.text()));
    const foreign: string[] = [];
    await page.route('**/*', (route) => {
      const { origin, href } = new URL(route.request().url());
      if (origin === listener.origin) return route.continue();
      foreign.push(href);
      return route.abort();
    });
    await page.goto(`${listener.origin}/graphql${query ? `?${new URLSearchParams({ query })}` : ''}`);
    expect(foreign).toEqual([]);
    await page.locator('.graphiql-query-editor .view-line').first().waitFor();
    return { page, foreign, complaints };
  }
});

async function tabsOf(page: Page): Promise<string[]> {
  await page.getByRole('tab', { selected: true }).waitFor();
  return page.getByRole('tab').allInnerTexts();
}

/** Opens a tab, executes its query, and gives the server's answer. */
async function run(page: Page, name: string) {
  await page.getByRole('tab', { name }).getByRole('button', { name, exact: true }).click();
  // GraphiQL takes up a tab's operation a moment after it shows the tab, and stores the query when it has.
  await page.waitForFunction(`localStorage['graphiql:query'].includes('query ${name}')`);
  const answer = answerTo(page, name);
  await page.getByRole('button', { name: 'Execute query' }).click();
  return (await answer).json();
}

function answerTo(page: Page, operation: string) {
  return page.waitForResponse((response) => response.request().postData()?.includes(`query ${operation}`) ?? false);
}

function resultWith(page: Page, text: string) {
  return page.getByRole('region', { name: 'Result Window' }).filter({ hasText: text });
}
