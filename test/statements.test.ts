import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sync } from '../src/content/sync.ts';
import type { TestServer } from './client.ts';
import { engines, serve, type TestDatabase } from './engines.ts';
import { article, entry, type TestFolder, testFolder } from './files.ts';

/** The operations that clients do most, each with its page size as `$n`, and the statements that it may cost. */
const OPERATIONS: [name: string, statements: number, query: string][] = [
  [
    'the front page',
    4,
    `query ($n: Int) { articles(first: $n) { nodes {
      title provider { name } topics { name } images(first: 1) { url }
    } } }`,
  ],
  [
    'the story page',
    7,
    `query ($n: Int) { article(by: { url: "https://example.com/story-1" }) {
      title provider { name } topics { name } images { url }
      related(first: $n) { edges { position node { title provider { name } images(first: 1) { url } } } }
    } }`,
  ],
  [
    'the deep graph',
    3,
    `query ($n: Int) { articles(first: $n) { nodes {
      title related(first: $n) { nodes { title related(first: $n) { nodes { title } } } }
    } } }`,
  ],
  [
    'the topic page, whose total sync has counted',
    3,
    `query ($n: Int) { topic(by: { slug: "ai" }) { name articles(first: $n) {
      totalCount nodes { title provider { name } }
    } } }`,
  ],
  ['totals of nested lists', 2, 'query ($n: Int) { articles(first: $n) { nodes { related { totalCount } } } }'],
];

describe.each(engines)('statements on %s', (_name, open) => {
  let database: TestDatabase;
  let server: TestServer;
  let folder: TestFolder;

  beforeAll(async () => {
    database = await open();
    server = serve(database);
    folder = await testFolder();
    const names = Array.from({ length: 30 }, (_, i) => `story-${i}`);
    for (const [i, name] of names.entries()) {
      const provider = { name: `Provider ${i}`, domain: `provider-${i}.example` };
      const images = [{ url: `https://example.com/${name}.png` }];
      const topics = ['AI', `Topic ${i}`];
      const related = names.filter((other) => other !== name).map((other) => entry(other));
      await folder.write(`${name}.md`, article(name, { provider, images, topics, related }));
    }
    await sync(database, [folder.path]);
  });

  afterAll(async () => {
    await database.close();
    await folder.dispose();
  });

  test.each(OPERATIONS)('%s costs %i statements, whatever its page size', async (_operation, statements, query) => {
    for (const n of [1, 5, 25]) {
      database.statements.length = 0;
      await server.data(query, { n });
      expect(database.statements).toHaveLength(statements);
    }
  });

  test('a total costs nothing unless it is selected, and a list nothing if only its total is', async () => {
    database.statements.length = 0;
    await server.data('{ articles { nodes { title } } }');
    expect(database.statements).toHaveLength(1);
    database.statements.length = 0;
    await server.data('{ articles { totalCount } }');
    expect(database.statements).toEqual([expect.stringContaining('count(*)')]);
  });

  test('a thing that many articles share is loaded once', async () => {
    database.statements.length = 0;
    await server.data('{ a: articles { nodes { topics { name } } } b: articles { nodes { topics { name } } } }');
    expect(database.statements).toHaveLength(3);
  });
});
