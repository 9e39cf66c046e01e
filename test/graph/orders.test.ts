import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TestServer } from '../harness/client.ts';
import { engines, serve, type TestDatabase } from '../harness/engines.ts';
import {
  fillNewsroom,
  idsOf,
  type Listed,
  type Named,
  PAGE,
  PAGE_ARGUMENTS,
  PAGE_VARIABLES,
  parameters,
  plain,
  type Story,
  storiesOf,
  uuidOf,
  walk,
} from '../harness/newsroom.ts';

type Compare<Thing> = (a: Thing, b: Thing) => number;

/** By the first that tells two things apart. */
const by =
  <Thing>(...compares: Compare<Thing>[]): Compare<Thing> =>
  (a, b) =>
    compares.map((compare) => compare(a, b)).find((difference) => difference !== 0) ?? 0;

const ascending =
  <Thing>(keyOf: (thing: Thing) => number | string): Compare<Thing> =>
  (a, b) =>
    keyOf(a) < keyOf(b) ? -1 : Number(keyOf(a) > keyOf(b));

const descending =
  <Thing>(keyOf: (thing: Thing) => number | string): Compare<Thing> =>
  (a, b) =>
    ascending(keyOf)(b, a);

const dateOf = (story: Story) => Date.parse(story.publishedDateTime);
const idOf = ({ id }: { id: string }) => uuidOf(id);
const absentLast = (value: number | null) => value ?? Number.NEGATIVE_INFINITY;

/** `log2(heat)` and the days from 1970 to publication; nothing for what has no heat. */
const scoreOf = (story: Story) =>
  story.heat !== null && story.heat > 0 ? Math.log2(story.heat) + dateOf(story) / 86_400_000 : null;

const newest = by(descending(dateOf), descending(idOf));

const ARTICLE_ORDERS: Readonly<Record<string, Compare<Story>>> = {
  NEWEST: newest,
  OLDEST: by(ascending(dateOf), ascending(idOf)),
  HEAT: by(
    descending(({ heat }) => absentLast(heat)),
    newest,
  ),
  QUALITY: by(
    descending(({ quality }) => absentLast(quality)),
    newest,
  ),
  TRENDING: by(
    descending((story) => absentLast(scoreOf(story))),
    newest,
  ),
};

/** A provider or topic in a list: `listed` is how many articles the list is about. */
type NamedListed = Named & { readonly listed: number };

const NAMED_ORDERS: Readonly<Record<string, Compare<NamedListed>>> = {
  NAME: by(
    ascending(({ name }) => plain(name)),
    ascending(idOf),
  ),
  ARTICLE_COUNT: by(
    descending(({ listed }) => listed),
    ascending(({ name }) => plain(name)),
    ascending(idOf),
  ),
};

const ORDERS = Object.keys(ARTICLE_ORDERS);

const LISTS = `query ($orderBy: ArticleOrder, $includeStubs: Boolean) {
  articles(first: 100, orderBy: $orderBy, includeStubs: $includeStubs) { ...ids }
  providers(first: 100) { nodes { articles(first: 100, orderBy: $orderBy, includeStubs: $includeStubs) { ...ids } } }
  topics(first: 100) { nodes { articles(first: 100, orderBy: $orderBy, includeStubs: $includeStubs) { ...ids } } }
  illustrated: articles(first: 100, where: { hasImage: true }) { nodes { images {
    articles(first: 100, orderBy: $orderBy, includeStubs: $includeStubs) { ...ids }
  } } }
}
fragment ids on ArticleConnection { nodes { id } }`;

const NAMED = 'nodes { id name articleCount }';
const EDGES = 'edges { articleCount node { id name articleCount } }';

const NAMED_LISTS = `query ($orderBy: NamedOrder!) {
  providers(first: 100, orderBy: $orderBy) { ${NAMED} }
  topics(first: 100, orderBy: $orderBy) { ${NAMED} }
  ofProviders: providers(first: 100) { nodes { topics(first: 100, orderBy: $orderBy) { ${EDGES} } } }
  ofTopics: topics(first: 100) { nodes { providers(first: 100, orderBy: $orderBy) { ${EDGES} } } }
}`;

type Nodes<Node> = { readonly nodes: readonly Node[] };
type Edges = { readonly edges: readonly { readonly articleCount: number; readonly node: Named }[] };

describe.each(engines)('orders on %s', (_name, open) => {
  let database: TestDatabase;
  let server: TestServer;
  let stories: Story[];
  let byId: Map<string, Story>;

  beforeAll(async () => {
    database = await open();
    server = serve(database);
    await fillNewsroom(database);
    stories = await storiesOf(server);
    byId = new Map(stories.map((story) => [story.id, story]));
  });

  afterAll(() => database.close());

  /** Every list of articles that has an order: at the root, and of each provider, topic and image. */
  async function listsIn(variables: object): Promise<Story[][]> {
    const { articles, providers, topics, illustrated } = await server.data(LISTS, variables);
    const owners: { articles: Listed }[] = [
      ...providers.nodes,
      ...topics.nodes,
      ...illustrated.nodes.flatMap((article: { images: object[] }) => article.images),
    ];
    const lists: Listed[] = [articles, ...owners.map((owner) => owner.articles)];
    return lists.map((list) => idsOf(list).map((id) => byId.get(id) as Story));
  }

  async function namedListsIn(variables: object): Promise<NamedListed[][]> {
    const { providers, topics, ofProviders, ofTopics } = await server.data(NAMED_LISTS, variables);
    const own = [providers, topics].map(({ nodes }: Nodes<Named>) =>
      nodes.map((named) => ({ ...named, listed: named.articleCount })),
    );
    const paired: Edges[] = [
      ...ofProviders.nodes.map((provider: { topics: Edges }) => provider.topics),
      ...ofTopics.nodes.map((topic: { providers: Edges }) => topic.providers),
    ];
    return [
      ...own,
      ...paired.map(({ edges }) => edges.map(({ node, articleCount }) => ({ ...node, listed: articleCount }))),
    ];
  }

  describe.each(ORDERS)('articles by %s', (orderBy) => {
    test('are sorted as told, at the root and of every provider, topic and image, whatever is absent or ties', async () => {
      for (const includeStubs of [false, true]) {
        const lists = await listsIn({ orderBy, includeStubs });
        for (const list of lists) expect(list).toEqual(list.toSorted(ARTICLE_ORDERS[orderBy]));
        expect(lists[0]).toHaveLength(stories.filter(({ isStub }) => includeStubs || !isStub).length);
      }
    });

    test('can be paged either way, each once', async () => {
      const query = `query ($orderBy: ArticleOrder, ${PAGE_VARIABLES}) {
        articles(includeStubs: true, orderBy: $orderBy, ${PAGE_ARGUMENTS}) { ${PAGE} }
      }`;
      const read = async (page: object) => (await server.data(query, { orderBy, ...page })).articles;
      const expected = stories.toSorted(ARTICLE_ORDERS[orderBy]).map(({ id }) => id);
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 3, max: 15 }), async (size) => {
          expect(await walk(read, size)).toEqual([expected, expected]);
        }),
        parameters(3),
      );
    });
  });

  test('articles come by NEWEST unless told, or if the order is null', async () => {
    const byDate = await listsIn({ orderBy: 'NEWEST' });
    expect(await listsIn({})).toEqual(byDate);
    expect(await listsIn({ orderBy: null, includeStubs: null })).toEqual(byDate);
  });

  test('one list in several orders in one operation is a list for each', async () => {
    const query = `{ ${ORDERS.map((order) => `${order}: articles(first: 100, orderBy: ${order}) { nodes { id } }`).join(' ')} }`;
    const lists: Record<string, Listed> = await server.data(query);
    const listed = stories.filter(({ isStub }) => !isStub);
    for (const order of ORDERS) {
      expect(idsOf(lists[order] as Listed)).toEqual(listed.toSorted(ARTICLE_ORDERS[order]).map(({ id }) => id));
    }
  });

  describe('trending', () => {
    const inOrder = async () => (await listsIn({ orderBy: 'TRENDING', includeStubs: true }))[0] as Story[];

    test('has a score of log2(heat) and the days from 1970 to publication, and is null without heat', () => {
      for (const story of stories) {
        const score = scoreOf(story);
        expect(story.trending).toEqual(score === null ? null : { score: expect.closeTo(score, 9), halfLifeHours: 24 });
      }
    });

    test('scores descend, and what is twice as hot or a day younger has one more', async () => {
      const scores = (await inOrder()).flatMap(({ trending }) => (trending ? [trending.score] : []));
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      const { warm, hot, fresh } = await server.data(`{
        warm: article(by: { url: "https://example.com/warm" }) { heat publishedDateTime trending { score } }
        hot: article(by: { url: "https://example.com/hot" }) { heat publishedDateTime trending { score } }
        fresh: article(by: { url: "https://example.com/fresh" }) { heat publishedDateTime trending { score } }
      }`);
      expect(warm).toEqual({ heat: 2, publishedDateTime: '2023-05-11T00:00:00Z', trending: { score: 19_489 } });
      expect(hot).toEqual({ ...warm, heat: 4, trending: { score: 19_490 } });
      expect(fresh).toEqual({ ...warm, publishedDateTime: '2023-05-12T00:00:00Z', trending: { score: 19_490 } });
    });

    test('where scores tie, the younger article comes first', async () => {
      const ties = (await inOrder()).filter(({ trending }) => trending?.score === 19_490);
      expect(new Set(ties.map(({ heat }) => heat)).size).toBeGreaterThan(1);
      expect(ties).toEqual(ties.toSorted(newest));
    });

    test('the least heat ranks above none, negative and unknown heat, however old the one and new the others', async () => {
      const list = await inOrder();
      const oldest = list.findIndex(({ publishedDateTime }) => publishedDateTime === '0001-01-01T00:00:00Z');
      expect(list[oldest]).toMatchObject({ heat: 1 });
      expect(list.slice(0, oldest).every(({ heat }) => Number(heat) > 0)).toBe(true);
      const rest = list.slice(oldest + 1);
      expect(new Set(rest.map(({ heat }) => heat))).toEqual(new Set([null, 0, -1]));
      expect(rest[0]).toMatchObject({ heat: null, publishedDateTime: '9999-12-31T23:59:59.999Z' });
      expect(rest).toEqual(rest.toSorted(newest));
    });
  });

  test.each(Object.keys(NAMED_ORDERS))(
    'providers and topics by %s are sorted as told, at the root and within each other',
    async (orderBy) => {
      const lists = await namedListsIn({ orderBy });
      for (const list of lists) expect(list).toEqual(list.toSorted(NAMED_ORDERS[orderBy]));
      const [providers = [], topics = []] = lists;
      expect(new Set(providers.map(({ name }) => plain(name))).size).toBeLessThan(providers.length);
      expect(topics).toHaveLength(5);
    },
  );

  test('they come by NAME at the root and by ARTICLE_COUNT within each other unless told, or if the order is null', async () => {
    const query = (order: string) => `{
      providers${order} { nodes { id topics${order} { nodes { id } } } }
      topics${order} { nodes { id providers${order} { nodes { id } } } }
    }`;
    const told = await server.data(`{
      providers(orderBy: NAME) { nodes { id topics(orderBy: ARTICLE_COUNT) { nodes { id } } } }
      topics(orderBy: NAME) { nodes { id providers(orderBy: ARTICLE_COUNT) { nodes { id } } } }
    }`);
    expect(await server.data(query(''))).toEqual(told);
    expect(await server.data(query('(orderBy: null)'))).toEqual(told);
  });

  test.each(['NAME', 'ARTICLE_COUNT'])(
    'providers and topics by %s can be paged either way, each once',
    async (orderBy) => {
      for (const field of ['providers', 'topics']) {
        const query = `query ($orderBy: NamedOrder, ${PAGE_VARIABLES}) {
        list: ${field}(orderBy: $orderBy, ${PAGE_ARGUMENTS}) { ${PAGE} }
      }`;
        const read = async (page: object) => (await server.data(query, { orderBy, ...page })).list;
        const whole = await read({ first: 100 });
        expect(await walk(read, 2)).toEqual([idsOf(whole), idsOf(whole)]);
        expect(whole.nodes).toHaveLength(whole.totalCount);
      }
    },
  );
});
