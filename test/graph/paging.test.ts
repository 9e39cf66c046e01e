import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sync } from '../../src/content/sync.ts';
import type { TestServer } from '../harness/client.ts';
import { engines, serve, type TestDatabase } from '../harness/engines.ts';
import { article, entry, type TestFolder, testFolder } from '../harness/files.ts';

const COUNT = 13;

const PAGE = `query ($first: Int, $after: String, $last: Int, $before: String, $orderBy: ArticleOrder) {
  articles(first: $first, after: $after, last: $last, before: $before, orderBy: $orderBy) { ...page }
}
fragment page on ArticleConnection {
  edges { cursor node { webUrl } } nodes { webUrl }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
}`;

interface Page {
  edges: { cursor: string; node: { webUrl: string } }[];
  nodes: { webUrl: string }[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string };
}

/** How a list is walked: from its start on, or from its end back. */
interface Direction {
  variables(size: number, cursor: string | null): object;
  next(pageInfo: Page['pageInfo']): string | null;
  comesFromMore(pageInfo: Page['pageInfo']): boolean;
  join(seen: string[], page: string[]): string[];
}

const FORWARD: Direction = {
  variables: (first, after) => ({ first, after }),
  next: ({ hasNextPage, endCursor }) => (hasNextPage ? endCursor : null),
  comesFromMore: ({ hasPreviousPage }) => hasPreviousPage,
  join: (seen, page) => [...seen, ...page],
};

const BACKWARD: Direction = {
  variables: (last, before) => ({ last, before }),
  next: ({ hasPreviousPage, startCursor }) => (hasPreviousPage ? startCursor : null),
  comesFromMore: ({ hasNextPage }) => hasNextPage,
  join: (seen, page) => [...page, ...seen],
};

const urls = (page: Page) => page.edges.map((edge) => edge.node.webUrl);

describe.each(engines)('paging on %s', (_name, open) => {
  let database: TestDatabase;
  let server: TestServer;
  let folder: TestFolder;
  let newestFirst: string[];

  beforeAll(async () => {
    database = await open();
    server = serve(database);
    folder = await testFolder();
    const names = Array.from({ length: COUNT }, (_, i) => `story-${i}`);
    for (const [i, name] of names.entries()) {
      // Every three share a second, so that only the tie-break tells them apart.
      const publishedDateTime = `2023-05-10T13:42:${String(Math.floor(i / 3)).padStart(2, '0')}Z`;
      const related = names.filter((other) => other !== name).map((other) => entry(other));
      await folder.write(`${name}.md`, article(name, { publishedDateTime, related }));
    }
    await sync(database, [folder.path]);
    const all = await server.data(PAGE, { first: 100 });
    newestFirst = urls(all.articles);
  });

  afterAll(async () => {
    await database.close();
    await folder.dispose();
  });

  async function walk({ variables, next, comesFromMore, join }: Direction, size: number, orderBy: string) {
    let seen: string[] = [];
    let cursor: string | null = null;
    do {
      const { articles }: { articles: Page } = await server.data(PAGE, { ...variables(size, cursor), orderBy });
      expect(articles.nodes.map((node) => node.webUrl)).toEqual(urls(articles));
      expect(comesFromMore(articles.pageInfo)).toBe(cursor !== null);
      seen = join(seen, urls(articles));
      cursor = next(articles.pageInfo);
    } while (cursor !== null);
    return seen;
  }

  test('every walk, of any page size and either way, gives each article exactly once, in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: COUNT + 2 }),
        fc.constantFrom(FORWARD, BACKWARD),
        fc.constantFrom('NEWEST', 'OLDEST'),
        async (size, direction, orderBy) => {
          const expected = orderBy === 'NEWEST' ? newestFirst : newestFirst.toReversed();
          expect(await walk(direction, size, orderBy)).toEqual(expected);
        },
      ),
      { numRuns: 20 },
    );
  });

  test('a page between two cursors knows what lies on either side', async () => {
    const { articles: all } = await server.data(PAGE, { first: 100 });
    const cursorAt = (i: number) => all.edges[i].cursor;
    const { articles } = await server.data(PAGE, { first: 3, after: cursorAt(1), before: cursorAt(5) });
    expect(urls(articles)).toEqual(newestFirst.slice(2, 5));
    expect(articles.pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: true });
  });

  test('an empty page still tells whether there is more', async () => {
    const { articles } = await server.data(PAGE, { first: 0 });
    expect(articles).toEqual({
      edges: [],
      nodes: [],
      pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: null, endCursor: null },
    });
  });

  test('lists within a list are paged for each parent on its own', async () => {
    const query = `query ($after: String) { articles(first: 3) { nodes {
      webUrl
      related(first: 5, after: $after) {
        totalCount edges { position node { webUrl } } pageInfo { hasNextPage hasPreviousPage endCursor }
      }
    } } }`;
    const first = await server.data(query);
    const cursor = first.articles.nodes[0].related.pageInfo.endCursor;
    const second = await server.data(query, { after: cursor });
    for (const [i, node] of first.articles.nodes.entries()) {
      const next = second.articles.nodes[i].related;
      expect(node.related.edges.map((edge: { position: number }) => edge.position)).toEqual([0, 1, 2, 3, 4]);
      expect(next.edges.map((edge: { position: number }) => edge.position)).toEqual([5, 6, 7, 8, 9]);
      expect(next).toMatchObject({ totalCount: COUNT - 1, pageInfo: { hasNextPage: true, hasPreviousPage: true } });
    }
  });

  test('a cursor goes on from its place when its article is gone', async () => {
    const { articles: before } = await server.data(PAGE, { first: 4 });
    const gone = newestFirst[3] as string;
    const name = gone.slice('https://example.com/'.length);
    // Its document goes, and so does its place in the feed: what is left of it is a stub.
    await folder.remove(`${name}.md`);
    await sync(database, [folder.path]);
    const { articles } = await server.data(PAGE, { first: 100, after: before.pageInfo.endCursor });
    expect(urls(articles)).toEqual(newestFirst.slice(4));
    expect(articles.pageInfo.hasPreviousPage).toBe(true);
    const names = newestFirst.map((url) => url.slice('https://example.com/'.length));
    const related = names.filter((other) => other !== name).map((other) => entry(other));
    const i = Number(name.slice('story-'.length));
    const publishedDateTime = `2023-05-10T13:42:${String(Math.floor(i / 3)).padStart(2, '0')}Z`;
    await folder.write(`${name}.md`, article(name, { publishedDateTime, related }));
    await sync(database, [folder.path]);
    expect(urls((await server.data(PAGE, { first: 100 })).articles)).toEqual(newestFirst);
  });
});
