import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sync } from '../../src/content/sync.ts';
import type { TestServer } from '../harness/client.ts';
import { engines, serve, type TestDatabase } from '../harness/engines.ts';
import { article, type TestFolder } from '../harness/files.ts';
import {
  fillNewsroom,
  idsOf,
  type Listed,
  type Named,
  PROVIDERS,
  parameters,
  plain,
  type Story,
  storiesOf,
  TOPICS,
  uuidOf,
} from '../harness/newsroom.ts';
import { referee, type Where, whereOf } from '../harness/where.ts';

const FACETS = `facets {
  topics { count topic { id } }
  providers { count provider { id } }
  types { count value }
  categories { count value }
}`;

/** Every connection that has facets. */
const LISTS = `query ($where: ArticleWhere) {
  articles(first: 100, where: $where) { ...all }
  withStubs: articles(first: 100, where: $where, includeStubs: true) { ...all }
  search(query: "story", first: 100, where: $where) { nodes { id } totalCount ${FACETS} }
  providers(first: 100) { nodes { articles(first: 100, where: $where, includeStubs: true) { ...all } } }
  topics(first: 100) { nodes { articles(first: 100, where: $where) { ...all } } }
  illustrated: articles(first: 100) { nodes { images { articles(first: 100, where: $where) { ...all } } } }
}
fragment all on ArticleConnection { nodes { id } totalCount ${FACETS} }`;

interface Facets {
  readonly topics: readonly { readonly count: number; readonly topic: { readonly id: string } }[];
  readonly providers: readonly { readonly count: number; readonly provider: { readonly id: string } }[];
  readonly types: readonly { readonly count: number; readonly value: string }[];
  readonly categories: readonly { readonly count: number; readonly value: string }[];
}

interface Counted extends Listed {
  readonly facets: Facets;
}

interface Owner {
  readonly articles: Counted;
}

/** How often each thing is there: the most frequent first, then by name, then by id. */
function tally<Thing>(things: readonly Thing[], keyOf: (thing: Thing) => string, nameOf: (thing: Thing) => string) {
  const keys = [...new Set(things.map(keyOf))];
  const counted = keys.map((key) => {
    const same = things.filter((thing) => keyOf(thing) === key);
    return { key, name: nameOf(same[0] as Thing), count: same.length };
  });
  const isBefore = (a: string, b: string) => (a < b ? -1 : Number(a > b));
  return counted.sort(
    (a, b) => b.count - a.count || isBefore(a.name, b.name) || isBefore(uuidOf(a.key), uuidOf(b.key)),
  );
}

const tallyNamed = (things: readonly Named[]) =>
  tally(
    things,
    ({ id }) => id,
    ({ name }) => plain(name),
  );
const tallyTexts = (texts: readonly string[]) =>
  tally(
    texts,
    (text) => text,
    (text) => text,
  );

function countsOf(stories: readonly Story[]) {
  return {
    totalCount: stories.length,
    facets: {
      topics: tallyNamed(stories.flatMap(({ topics }) => topics)).map(({ key, count }) => ({
        count,
        topic: { id: key },
      })),
      providers: tallyNamed(stories.map(({ provider }) => provider)).map(({ key, count }) => ({
        count,
        provider: { id: key },
      })),
      types: tallyTexts(stories.map(({ type }) => type)).map(({ key, count }) => ({ count, value: key })),
      categories: tallyTexts(stories.flatMap(({ category }) => category ?? [])).map(({ key, count }) => ({
        count,
        value: key,
      })),
    },
  };
}

const sum = (counts: readonly { readonly count: number }[]) => counts.reduce((total, { count }) => total + count, 0);

describe.each(engines)('facets on %s', (_name, open) => {
  let database: TestDatabase;
  let server: TestServer;
  let folder: TestFolder;
  let stories: Story[];

  beforeAll(async () => {
    database = await open();
    // Facets of every list at once are more than a request may ask for.
    server = serve(database, { limits: { maxCost: 1e6 } });
    await database.listen();
    folder = await fillNewsroom(database);
    stories = await storiesOf(server);
  });

  beforeEach(() => {
    database.statements.length = 0;
  });

  afterAll(() => database.close());

  async function listsIn(where?: Where): Promise<Counted[]> {
    const { articles, withStubs, search, providers, topics, illustrated } = await server.data(LISTS, { where });
    const images: Owner[] = illustrated.nodes.flatMap((node: { images: Owner[] }) => node.images);
    const owners: Owner[] = [...providers.nodes, ...topics.nodes, ...images];
    return [articles, withStubs, search, ...owners.map((owner) => owner.articles)];
  }

  test('under any filter, facets and totals count the articles of the whole list, highest first, then by name', async () => {
    const byId = new Map(stories.map((story) => [story.id, story]));
    const isTrue = referee(stories);
    const members = (await listsIn()).map((list) => idsOf(list).map((id) => byId.get(id) as Story));
    await fc.assert(
      fc.asyncProperty(whereOf(stories), async (where) => {
        const lists = await listsIn(where);
        const expected = members.map((all) => all.filter((story) => isTrue(where, story)));
        expect(lists.map(({ totalCount, facets }) => ({ totalCount, facets }))).toEqual(expected.map(countsOf));
        for (const { totalCount, nodes, facets } of lists) {
          expect([nodes.length, sum(facets.types), sum(facets.providers)]).toEqual(Array(3).fill(totalCount));
        }
      }),
      parameters(15),
    );
  });

  test('a list of nothing has no facets', async () => {
    const nothing = { totalCount: 0, facets: { topics: [], providers: [], types: [], categories: [] } };
    const { articles, search, empty } = await server.data(`{
      articles(where: { OR: [] }) { totalCount ${FACETS} }
      search(query: "zzzzzz") { totalCount ${FACETS} }
      empty: provider(by: { domain: "stubs.example" }) { articles { totalCount ${FACETS} } }
    }`);
    expect([articles, search, empty.articles]).toEqual([nothing, nothing, nothing]);
  });

  test('a page of any size has the facets of the whole list', async () => {
    const { whole, page } = await server.data(`{
      whole: articles(first: 100) { totalCount ${FACETS} }
      page: articles(last: 1, orderBy: HEAT) { totalCount ${FACETS} }
    }`);
    expect(page).toEqual(whole);
  });

  test('first gives the highest of a facet, 0 none and null all', async () => {
    const query = `query ($first: Int) { articles { facets {
      topics(first: $first) { count topic { slug } }
      providers(first: $first) { count provider { domain } }
      categories(first: $first) { count value }
    } } }`;
    const { articles: all } = await server.data(query, { first: null });
    const { articles: some } = await server.data(query, { first: 2 });
    expect(some.facets).toEqual({
      topics: all.facets.topics.slice(0, 2),
      providers: all.facets.providers.slice(0, 2),
      categories: all.facets.categories.slice(0, 2),
    });
    const { articles: none } = await server.data(query, { first: 0 });
    expect(none.facets).toEqual({ topics: [], providers: [], categories: [] });
    for (const first of [-1, 1001]) {
      const { status, errors } = await server.ask(query, { first });
      const argumentPath = ['articles', 'facets', 'topics', 'first'];
      expect({ status, errors }).toMatchObject({ status: 400, errors: [{ extensions: { argumentPath } }, {}, {}] });
    }
  });

  test('a facet leads on to its topic or provider, whose own count is that of all its articles', async () => {
    const { search } = await server.data(`{ search(query: "story", where: { type: { eq: VIDEO } }) { facets {
      topics(first: 1) { count topic { name articleCount articles { totalCount } } }
      providers(first: 1) { count provider { name articleCount articles { totalCount } } }
    } } }`);
    const { topic } = search.facets.topics[0];
    const { provider } = search.facets.providers[0];
    for (const { articleCount, articles } of [topic, provider]) expect(articles.totalCount).toBe(articleCount);
    expect(search.facets.topics[0].count).toBeLessThan(topic.articleCount);
    expect(search.facets.providers[0].count).toBeLessThan(provider.articleCount);
  });

  describe('nothing is counted unless it is selected', () => {
    let server: TestServer;
    const OTHERS = /as "(topics|providers|types|categories)"|count\(/;

    beforeAll(async () => {
      server = serve(database, {
        executor: 'reference',
        because: 'compiled statements say in other words what they count',
      });
      // Providers and topics are read once.
      await server.data('{ articles { totalCount } }');
    });

    test.each([
      ['articles', '{ articles { nodes { title } pageInfo { hasNextPage } } }'],
      ['articles that a filter leaves', '{ articles(where: { hasImage: true }) { nodes { title } } }'],
      ['articles of topics', '{ topics { nodes { articles { nodes { title } } } } }'],
      ['a search', '{ search(query: "story") { nodes { title } } }'],
    ])('a page of %s is one statement, which counts nothing', async (_what, query) => {
      await server.data(query);
      expect(database.statements).toEqual([expect.not.stringMatching(OTHERS)]);
    });

    test('a facet that a variable leaves out is not counted, nor is the total', async () => {
      const query = `query ($with: Boolean!) { articles(where: { hasImage: true }) {
        nodes { title } ...counts @include(if: $with)
      } }
      fragment counts on ArticleConnection { totalCount facets { types { count } } }`;
      for (const counted of [false, true, false]) {
        database.statements.length = 0;
        await server.data(query, { with: counted });
        expect(database.statements.some((statement) => OTHERS.test(statement))).toBe(counted);
      }
    });

    test.each(['topics', 'providers', 'types', 'categories'])('of facets, only %s if they alone are', async (facet) => {
      await server.data(`{ articles(where: { hasImage: true }) { facets { ${facet} { count } } } }`);
      expect(database.statements).toEqual([expect.stringContaining(`as "${facet}"`)]);
      for (const other of ['topics', 'providers', 'types', 'categories'].filter((name) => name !== facet)) {
        expect(database.statements[0]).not.toContain(`as "${other}"`);
      }
    });

    test('a total alone is a count and nothing else, and reads no page', async () => {
      await server.data('{ search(query: "story") { totalCount } }');
      expect(database.statements).toEqual([expect.stringContaining('count(*)')]);
      expect(database.statements[0]).not.toMatch(/ limit |as "(topics|providers|types|categories)"/);
    });
  });

  describe('the counts that sync has stored are those that a count gives', () => {
    /** `AND: []` leaves every article, but nobody has counted those before. */
    const COUNTS = `{
      articles { totalCount } counted: articles(where: { AND: [] }) { totalCount }
      providers(first: 100) { nodes {
        articleCount articles { totalCount } counted: articles(where: { AND: [] }) { totalCount facets { topics { count topic { id } } } }
        topics(first: 100) { totalCount edges { articleCount node { id } } }
      } }
      topics(first: 100) { nodes {
        articleCount articles { totalCount } counted: articles(where: { AND: [] }) { totalCount facets { providers { count provider { id } } } }
        providers(first: 100) { totalCount edges { articleCount node { id } } }
      } }
    }`;

    interface Stored {
      readonly articleCount: number;
      readonly articles: Listed;
      readonly counted: Counted;
    }
    type Pairs = { readonly totalCount: number; readonly edges: { articleCount: number; node: { id: string } }[] };

    const pairsOf = ({ totalCount, edges }: Pairs) => ({
      totalCount,
      pairs: edges.map(({ articleCount, node }) => [node.id, articleCount]),
    });

    async function expectAgreement() {
      const { articles, counted, providers, topics } = await server.data(COUNTS);
      expect(articles).toEqual(counted);
      for (const owner of [...providers.nodes, ...topics.nodes] as Stored[]) {
        expect(owner.articles.totalCount).toBe(owner.counted.totalCount);
        expect(owner.articleCount).toBe(owner.counted.totalCount);
      }
      for (const provider of providers.nodes as (Stored & { topics: Pairs })[]) {
        const pairs = provider.counted.facets.topics.map(({ topic, count }) => [topic.id, count]);
        expect(pairsOf(provider.topics)).toEqual({ totalCount: pairs.length, pairs });
      }
      for (const topic of topics.nodes as (Stored & { providers: Pairs })[]) {
        const pairs = topic.counted.facets.providers.map(({ provider, count }) => [provider.id, count]);
        expect(pairsOf(topic.providers)).toEqual({ totalCount: pairs.length, pairs });
      }
    }

    test('of everything there is', expectAgreement);

    test('and stay so when articles move to other providers and topics, come, go and become stubs', async () => {
      const names = Object.keys(TOPICS);
      for (let i = 0; i < 12; i++) {
        const moved = { provider: PROVIDERS[(i * 5) % 6], topics: names.slice(i % 6, (i % 6) + 2) };
        if (i % 3 === 0) await folder.remove(`${i}.md`);
        else await folder.write(`${i}.md`, article(`story-${i}`, moved));
        if (i % 4 === 0)
          await folder.write(`new-${i}.md`, article(`new-${i}`, { ...moved, topics: ['Brand new', 'AI'] }));
        if (i % 4 === 3) await sync(database, [folder.path]);
      }
      await expectAgreement();
    });
  });
});
