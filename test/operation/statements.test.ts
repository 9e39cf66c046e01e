import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sync } from '../../src/content/sync.ts';
import type { TestServer } from '../harness/client.ts';
import { EXECUTORS, engines, serve, type TestDatabase } from '../harness/engines.ts';
import { article, entry, type TestFolder, testFolder } from '../harness/files.ts';

/** The operations that clients do most, each with its page size as `$n`, and the statements that it may cost. */
const OPERATIONS: [name: string, reference: number, compiled: number, query: string][] = [
  [
    'the front page',
    1,
    1,
    `query ($n: Int) { articles(first: $n) { nodes {
      title provider { name } topics { name } images(first: 1) { url }
    } } }`,
  ],
  [
    'the story page, whose related list comes with it',
    1,
    1,
    `query ($n: Int) { article(by: { url: "https://example.com/story-1" }) {
      title provider { name } topics { name } images { url }
      related(first: $n) { edges { position node { title provider { name } images(first: 1) { url } } } }
    } }`,
  ],
  [
    'the deep graph',
    3,
    1,
    `query ($n: Int) { articles(first: $n) { nodes {
      title related(first: $n) { nodes { title related(first: $n) { nodes { title } } } }
    } } }`,
  ],
  [
    'the topic page, whose total sync has counted',
    1,
    1,
    `query ($n: Int) { topic(by: { slug: "ai" }) { name articles(first: $n) {
      totalCount nodes { title provider { name } }
    } } }`,
  ],
  [
    'the search',
    1,
    1,
    `query ($n: Int) { search(query: "what happened", first: $n) { edges { score snippet node { title provider { name } } } } }`,
  ],
  [
    // What compiled SQL does not find by words, graphql-js begins anew: by words, then by spelling.
    'the search for what nothing matches, which looks again by spelling',
    2,
    3,
    `query ($n: Int) { search(query: "storry", first: $n) { edges { node { title } } } }`,
  ],
  [
    'the topic page with facets, one look for them and one for the page',
    2,
    2,
    `query ($n: Int) { topic(by: { slug: "ai" }) { articles(first: $n) {
      totalCount facets { providers { provider { name } count } types { value count } } nodes { title }
    } } }`,
  ],
  [
    'providers with their topics and topics with their providers, which are in memory',
    0,
    0,
    `query ($n: Int) {
      providers(first: $n) { totalCount nodes { name images { url } topics(first: $n) { edges { articleCount node { name } } } } }
      topics(first: $n) { nodes { name providers(first: $n) { edges { articleCount node { name } } } } }
    }`,
  ],
  ['totals of nested lists', 2, 2, 'query ($n: Int) { articles(first: $n) { nodes { related { totalCount } } } }'],
];

/** Each engine with each executor. */
const PAIRS = engines.flatMap(([name, open]) => EXECUTORS.map((executor) => [executor, name, open] as const));

describe.each(PAIRS)('statements of the %s executor on %s', (executor, _name, open) => {
  let database: TestDatabase;
  let server: TestServer;
  let folder: TestFolder;

  beforeAll(async () => {
    database = await open();
    server = serve(database, { executor, because: 'its statements are counted' });
    folder = await testFolder();
    const names = Array.from({ length: 30 }, (_, i) => `story-${i}`);
    for (const [i, name] of names.entries()) {
      const provider = { name: `Provider ${i}`, domain: `provider-${i}.example` };
      const images = [{ url: `https://example.com/${name}.png` }];
      const topics = ['AI', `Topic ${i}`];
      const related = names.filter((other) => other !== name).map((other) => entry(other));
      await folder.write(`${name}.md`, article(name, { provider, images, topics, related }));
    }
    await database.listen();
    await sync(database, [folder.path]);
    // Providers, topics and their counts are read once for each content version.
    await server.data('{ articles { totalCount } }');
  });

  afterAll(async () => {
    await database.close();
    await folder.dispose();
  });

  test.each(OPERATIONS)(
    '%s costs %i statements by graphql-js and %i compiled, whatever its page size',
    async (_operation, reference, compiled, query) => {
      for (const n of [1, 5, 25]) {
        database.statements.length = 0;
        await server.data(query, { n });
        expect(database.statements).toHaveLength({ reference, compiled }[executor]);
      }
    },
  );

  test('a total costs nothing unless it is selected, and a list nothing if only its total is', async () => {
    database.statements.length = 0;
    await server.data('{ articles { nodes { title } } }');
    expect(database.statements).toHaveLength(1);
    database.statements.length = 0;
    await server.data('{ articles(where: { hasImage: true }) { totalCount } }');
    expect(database.statements).toEqual([expect.stringContaining('count(*)')]);
  });

  test('what sync has counted is not counted again', async () => {
    database.statements.length = 0;
    const { articles, topic, provider } = await server.data(`{
      articles { totalCount }
      topic(by: { name: "AI" }) { articleCount articles { totalCount } }
      provider(by: { domain: "provider-1.example" }) { articleCount articles { totalCount } }
    }`);
    expect([articles, topic, provider]).toEqual([
      { totalCount: 30 },
      { articleCount: 30, articles: { totalCount: 30 } },
      { articleCount: 1, articles: { totalCount: 1 } },
    ]);
    expect(database.statements).toEqual([]);
  });

  test('a total and all facets are one look at the list, for each of its parents too', async () => {
    const counts = 'totalCount facets { topics { count } providers { count } types { count } categories { count } }';
    database.statements.length = 0;
    await server.data(`{ articles(where: { hasImage: true }) { ${counts} } }`);
    expect(database.statements).toHaveLength(1);
    await server.data(`{ topics { nodes { articles(where: { hasImage: true }) { ${counts} } } } }`);
    expect(database.statements).toHaveLength(2);
  });

  test('aliases of one list are one statement by graphql-js, and one each compiled', async () => {
    database.statements.length = 0;
    await server.data('{ a: articles { nodes { topics { name } } } b: articles { nodes { topics { slug } title } } }');
    expect(database.statements).toHaveLength({ reference: 1, compiled: 2 }[executor]);
  });
});
