import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TestServer } from '../harness/client.ts';
import { engines, serve, type TestDatabase } from '../harness/engines.ts';
import {
  fillNewsroom,
  idsOf,
  type Listed,
  PAGE,
  PAGE_ARGUMENTS,
  PAGE_VARIABLES,
  type Provider,
  parameters,
  type Story,
  storiesOf,
  type Topic,
  walk,
} from '../harness/newsroom.ts';
import {
  isTrueOfProvider,
  isTrueOfTopic,
  providerWhereOf,
  referee,
  topicWhereOf,
  type Where,
  whereOf,
} from '../harness/where.ts';

const LIST = 'totalCount nodes { id }';

/** Every connection of articles, at every level. */
const EVERY_CONNECTION = `query ($where: ArticleWhere) {
  articles(first: 100, where: $where) { ${LIST} }
  search(query: "story", first: 100, where: $where) { ${LIST} }
  providers(first: 100) { nodes { articles(first: 100, where: $where, includeStubs: true) { ${LIST} } } }
  topics(first: 100) { nodes { articles(first: 100, where: $where) { ${LIST} } } }
  stories: articles(first: 100, includeStubs: true) { nodes {
    related(first: 100, where: $where) { ${LIST} }
    relatedBy(first: 100, where: $where) { ${LIST} }
    images { articles(first: 100, where: $where, includeStubs: true) { ${LIST} } }
  } }
}`;

type Nodes<Node> = { readonly nodes: readonly Node[] };
type ListOf<Node> = Nodes<Node> & { readonly totalCount: number };

interface EveryConnection {
  readonly articles: Listed;
  readonly search: Listed;
  readonly providers: Nodes<{ readonly articles: Listed }>;
  readonly topics: Nodes<{ readonly articles: Listed }>;
  readonly stories: Nodes<{
    readonly related: Listed;
    readonly relatedBy: Listed;
    readonly images: readonly { readonly articles: Listed }[];
  }>;
}

const listsIn = ({ articles, search, providers, topics, stories }: EveryConnection): Listed[] => [
  articles,
  search,
  ...providers.nodes.map((provider) => provider.articles),
  ...topics.nodes.map((topic) => topic.articles),
  ...stories.nodes.flatMap(({ related, relatedBy, images }) => [
    related,
    relatedBy,
    ...images.map((image) => image.articles),
  ]),
];

/** What a filter means, in the words of the schema's descriptions and as a plain function. */
const MEANINGS: [what: string, where: Where, means: (story: Story) => boolean][] = [
  ['{} is true of all', {}, () => true],
  ['a condition that is null is not asked', { heat: null, AND: null, NOT: null, topics: null }, () => true],
  ['an operator that is null is not asked', { heat: { gt: null, in: null } }, () => true],
  ['a condition without operators is true of all', { heat: {}, provider: {}, topics: {}, related: {} }, () => true],
  ['AND of nothing is true of all', { AND: [] }, () => true],
  ['OR of nothing is true of none', { OR: [] }, () => false],
  ['OR with something that is true of all is true of all', { OR: [{}, { heat: { gt: 1 } }] }, () => true],
  ['NOT {} is true of none', { NOT: {} }, () => false],
  ['NOT NOT is as if neither were there', { NOT: { NOT: { heat: { gt: 1 } } } }, ({ heat }) => Number(heat) > 1],
  ['in an empty list there is nothing', { category: { in: [] } }, () => false],
  ['an empty list excludes nothing', { category: { notIn: [] } }, () => true],
  [
    'all conditions must hold',
    { heat: { gte: 1, lt: 4 }, hasImage: true },
    (story) => story.heat !== null && story.heat >= 1 && story.heat < 4 && story.images.length > 0,
  ],
  ['what is absent is neither less', { heat: { lt: 1 } }, ({ heat }) => heat !== null && heat < 1],
  ['nor greater', { heat: { gte: -1 } }, ({ heat }) => heat !== null],
  [
    'what is absent is not true of gt, so it is true of NOT gt',
    { NOT: { heat: { gt: 1 } } },
    ({ heat }) => heat === null || heat <= 1,
  ],
  ['what is absent is different from everything', { category: { ne: 'news' } }, ({ category }) => category !== 'news'],
  [
    'and is in no list',
    { category: { notIn: ['news', 'News'] } },
    ({ category }) => category === null || category.toLowerCase() !== 'news',
  ],
  ['what is absent can be asked for', { quality: { isNull: true } }, ({ quality }) => quality === null],
  ['and left out', { quality: { isNull: false } }, ({ quality }) => quality !== null],
  ['topics some {} means that there is one', { topics: { some: {} } }, ({ topics }) => topics.length > 0],
  ['topics none {} means that there is none', { topics: { none: {} } }, ({ topics }) => topics.length === 0],
  ['related some {} means that there is one', { related: { some: {} } }, (story) => story.related.nodes.length > 0],
  ['related none {} means that there is none', { related: { none: {} } }, (story) => story.related.nodes.length === 0],
  ['relatedBy looks the other way', { relatedBy: { some: {} } }, (story) => story.relatedBy.nodes.length > 0],
  ['some of a provider that does not exist is none', { provider: { domain: { eq: 'no' } } }, () => false],
  ['a category is compared in its very spelling', { category: { eq: 'News' } }, ({ category }) => category === 'News'],
  ['whatever is in it', { category: { in: ['{"a\\b\'c", NULL}', "'"] } }, ({ category }) => category?.[0] === '{'],
  [
    'a domain in any case',
    { provider: { domain: { eq: 'ZEBRA.Example' } } },
    ({ provider }) => provider.domain === 'zebra.example',
  ],
  [
    "a provider's name in any case, with or without accents",
    { provider: { name: { eq: 'ABÁCO' } } },
    (story) => story.provider.domain === 'abaco.example',
  ],
  [
    "a topic's name in any spelling with the same slug",
    { topics: { some: { name: { eq: 'ai-HARDWARE!' } } } },
    (story) => story.topics.some(({ slug }) => slug === 'ai-hardware'),
  ],
  [
    'an instant in any time zone',
    { publishedDateTime: { eq: '2023-05-10T23:30:00-00:30' } },
    (story) => story.publishedDateTime === '2023-05-11T00:00:00Z',
  ],
  [
    'to the millisecond',
    { publishedDateTime: { gt: '2023-05-12T00:00:00Z', lt: '2024-01-01T00:00:00Z' } },
    (story) => story.publishedDateTime === '2023-05-12T00:00:00.001Z',
  ],
  [
    'one value stands for a list of one',
    { type: { in: 'VIDEO' }, AND: { isStub: { eq: false } } },
    (story) => story.type === 'VIDEO' && !story.isStub,
  ],
];

/** A filter as GraphQL writes it: names and values of enums stand without quotes. */
const literal = (where: Where) =>
  JSON.stringify(where)
    .replace(/"(\w+)":/g, '$1:')
    .replace(/"(VIDEO)"/g, '$1');

const idOf = (type: string) => Buffer.from(`${type}:00000000-0000-8000-8000-000000000000`).toString('base64url');

const deep = (depth: number): Where => (depth === 0 ? {} : { related: { some: deep(depth - 1) } });

type Path = (string | number)[];

const REFUSED: [what: string, where: Where, path: Path][] = [
  ['101 conditions', { OR: Array(100).fill({ isStub: { eq: true } }) }, ['OR', 99]],
  ['101 conditions, however they are nested', { AND: Array(34).fill({ NOT: { OR: [{}] } }) }, ['AND', 33]],
  ['101 values', { category: { in: Array(101).fill('news') } }, ['category', 'in']],
  ['101 values in a list of exceptions', { heat: { notIn: Array(101).fill(1) } }, ['heat', 'notIn']],
  ['101 ids', { topics: { some: { id: { in: Array(101).fill(idOf('Topic')) } } } }, ['topics', 'some', 'id', 'in']],
  ['9 filters of related articles', { AND: Array(9).fill(deep(1)) }, ['AND', 8, 'related']],
  [
    'related articles of the related of the related of the related',
    deep(4),
    ['related', 'some', 'related', 'some', 'related', 'some', 'related'],
  ],
  ['the id of a provider for an article', { id: { eq: idOf('Provider') } }, ['id', 'eq']],
  ['the id of an article for a provider', { provider: { id: { ne: idOf('Article') } } }, ['provider', 'id', 'ne']],
  [
    'the id of a topic among those of articles',
    { id: { notIn: [idOf('Article'), idOf('Topic')] } },
    ['id', 'notIn', 1],
  ],
  [
    'the id of a topic deep down',
    { related: { none: { NOT: { id: { eq: idOf('Topic') } } } } },
    ['related', 'none', 'NOT', 'id', 'eq'],
  ],
  ['an id that nobody gave', { topics: { none: { id: { eq: 'x' } } } }, ['topics', 'none', 'id', 'eq']],
  ['a text with NUL', { category: { eq: 'a\0' } }, ['category', 'eq']],
];

/** Where a filter may stand, as a query and the path that leads to it. */
const PLACES: [query: string, path: Path][] = [
  ['articles(where: $where) { totalCount }', ['articles']],
  ['search(query: "story", where: $where) { nodes { id } }', ['search']],
  ['providers { nodes { articles(where: $where) { totalCount } } }', ['providers', 'nodes', 'articles']],
  ['topics { nodes { own: articles(where: $where) { totalCount } } }', ['topics', 'nodes', 'own']],
  [
    'articles { nodes { images { articles(where: $where) { totalCount } } } }',
    ['articles', 'nodes', 'images', 'articles'],
  ],
  ['articles { nodes { related(where: $where) { totalCount } } }', ['articles', 'nodes', 'related']],
  ['articles { nodes { relatedBy(where: $where) { totalCount } } }', ['articles', 'nodes', 'relatedBy']],
];

describe.each(engines)('filters on %s', (_name, open) => {
  let database: TestDatabase;
  let server: TestServer;
  let stories: Story[];
  let isTrue: ReturnType<typeof referee>;

  beforeAll(async () => {
    database = await open();
    server = serve(database);
    await fillNewsroom(database);
    stories = await storiesOf(server);
    isTrue = referee(stories);
  });

  afterAll(() => database.close());

  const find = async (where: Where): Promise<Record<'found' | 'others', Listed>> =>
    server.data(
      `query ($where: ArticleWhere!) {
        found: articles(first: 100, includeStubs: true, where: $where) { ${LIST} }
        others: articles(first: 100, includeStubs: true, where: { NOT: $where }) { ${LIST} }
      }`,
      { where },
    );

  const listOf = (ids: string[]) => ({ totalCount: ids.length, nodes: ids.map((id) => ({ id })) });
  const storiesThat = (is: (story: Story) => boolean) => listOf(stories.filter(is).map(({ id }) => id));

  test('any filter finds exactly the articles that it is true of, and NOT finds exactly the others', async () => {
    await fc.assert(
      fc.asyncProperty(whereOf(stories), async (where) => {
        expect(await find(where)).toEqual({
          found: storiesThat((story) => isTrue(where, story)),
          others: storiesThat((story) => !isTrue(where, story)),
        });
      }),
      parameters(100),
    );
  });

  test.each(MEANINGS)('%s', async (_what, where, means) => {
    expect(await find(where)).toEqual({ found: storiesThat(means), others: storiesThat((story) => !means(story)) });
  });

  test('the same filter holds for every connection at every level, and its total', async () => {
    const byId = new Map(stories.map((story) => [story.id, story]));
    const all = listsIn(await server.data(EVERY_CONNECTION));
    await fc.assert(
      fc.asyncProperty(whereOf(stories), async (where) => {
        const expected = all.map((list) => listOf(idsOf(list).filter((id) => isTrue(where, byId.get(id) as Story))));
        expect(listsIn(await server.data(EVERY_CONNECTION, { where }))).toEqual(expected);
      }),
      parameters(15),
    );
  });

  test('a filter of stubs lists none where stubs are not listed', async () => {
    const query = `query ($all: Boolean) { articles(includeStubs: $all, where: { isStub: { eq: true } }) { totalCount } }`;
    expect(await server.data(query, { all: null })).toEqual({ articles: { totalCount: 0 } });
    expect(await server.data(query, { all: true })).toEqual({ articles: { totalCount: 5 } });
  });

  test('providers are filtered alike, at the root and beneath a topic', async () => {
    const query = `query ($where: ProviderWhere) {
      providers(first: 100, where: $where) { totalCount nodes { id domain name articleCount } }
      topics(first: 100) { nodes { providers(first: 100, where: $where) { totalCount nodes { id domain name articleCount } } } }
    }`;
    const lists = async (where: Where): Promise<ListOf<Provider>[]> => {
      const { providers, topics } = await server.data(query, { where });
      return [providers, ...topics.nodes.map((topic: { providers: ListOf<Provider> }) => topic.providers)];
    };
    const all = await lists({});
    await fc.assert(
      fc.asyncProperty(providerWhereOf(stories), async (where) => {
        const meant = all.map(({ nodes }) => nodes.filter((provider) => isTrueOfProvider(where, provider)));
        expect(await lists(where)).toEqual(meant.map((nodes) => ({ totalCount: nodes.length, nodes })));
      }),
      parameters(100),
    );
  });

  test('so are topics, at the root and beneath a provider', async () => {
    const query = `query ($where: TopicWhere) {
      topics(first: 100, where: $where) { totalCount nodes { id slug name articleCount } }
      providers(first: 100) { nodes { topics(first: 100, where: $where) { totalCount nodes { id slug name articleCount } } } }
    }`;
    const lists = async (where: Where): Promise<ListOf<Topic>[]> => {
      const { topics, providers } = await server.data(query, { where });
      return [topics, ...providers.nodes.map((provider: { topics: ListOf<Topic> }) => provider.topics)];
    };
    const all = await lists({});
    await fc.assert(
      fc.asyncProperty(topicWhereOf(stories), async (where) => {
        const meant = all.map(({ nodes }) => nodes.filter((topic) => isTrueOfTopic(where, topic)));
        expect(await lists(where)).toEqual(meant.map((nodes) => ({ totalCount: nodes.length, nodes })));
      }),
      parameters(100),
    );
  });

  test('the pages under a filter are those of the list that it leaves, either way', async () => {
    const query = `query ($where: ArticleWhere, $orderBy: ArticleOrder, ${PAGE_VARIABLES}) {
      articles(includeStubs: true, where: $where, orderBy: $orderBy, ${PAGE_ARGUMENTS}) { ${PAGE} }
    }`;
    const orders = fc.constantFrom('NEWEST', 'OLDEST', 'HEAT', 'QUALITY', 'TRENDING');
    await fc.assert(
      fc.asyncProperty(whereOf(stories), orders, fc.integer({ min: 7, max: 30 }), async (where, orderBy, size) => {
        const { totalCount } = storiesThat((story) => isTrue(where, story));
        const read = async (page: object) => {
          const { articles } = await server.data(query, { where, orderBy, ...page });
          expect(articles.totalCount).toBe(totalCount);
          return articles;
        };
        const whole = idsOf(await read({ first: 100 }));
        expect(whole).toHaveLength(totalCount);
        expect(await walk(read, size)).toEqual([whole, whole]);
      }),
      parameters(15),
    );
  });

  test('100 conditions and 100 values are not too many', async () => {
    const where = { OR: Array(98).fill({ category: { notIn: Array(100).fill('news') } }) };
    const { found } = await find(where);
    expect(found).toEqual(storiesThat(({ category }) => category !== 'news'));
  });

  test.each(MEANINGS)('%s, written out in the query too, however often it is asked', async (_what, where, means) => {
    const query = `{ articles(includeStubs: true, first: 0, where: ${literal(where)}) { totalCount } }`;
    for (let asked = 1; asked <= 3; asked++) {
      expect(await server.data(query)).toEqual({ articles: { totalCount: stories.filter(means).length } });
    }
  });

  test('a filter may be a variable of a query that is asked again and again', async () => {
    const query = 'query ($where: ArticleWhere) { articles(where: $where) { totalCount } }';
    for (const where of [{}, { AND: [] }, { NOT: { NOT: {} } }, null]) {
      expect(await server.data(query, { where })).toEqual({ articles: { totalCount: 37 } });
    }
  }, 5_000);

  test.each(REFUSED)('%s: answered with 400, where it stands, and no SQL', async (_what, where, path) => {
    database.statements.length = 0;
    for (const [query, place] of PLACES) {
      const { status, data, errors } = await server.ask(`query ($where: ArticleWhere) { ${query} }`, { where });
      expect({ status, data, errors }).toMatchObject({
        status: 400,
        data: undefined,
        errors: [{ extensions: { code: 'BAD_USER_INPUT', argumentPath: [...place, 'where', ...path] } }],
      });
    }
    expect(database.statements).toEqual([]);
  });

  test.each([
    ['providers', 'providers(where: { id: { in: [$id] } }) { totalCount }', ['providers', 'where', 'id', 'in', 0]],
    ['topics', 'topics(where: { NOT: { id: { eq: $id } } }) { totalCount }', ['topics', 'where', 'NOT', 'id', 'eq']],
    [
      "a topic's providers",
      'topics { nodes { providers(where: { OR: [{ id: { eq: $id } }] }) { totalCount } } }',
      ['topics', 'nodes', 'providers', 'where', 'OR', 0, 'id', 'eq'],
    ],
    [
      "a provider's topics",
      'providers { nodes { topics(where: { id: { ne: $id } }) { totalCount } } }',
      ['providers', 'nodes', 'topics', 'where', 'id', 'ne'],
    ],
  ])(
    'the id of an article in a filter of %s: answered with 400, where it stands',
    async (_what, query, argumentPath) => {
      const { status, errors } = await server.ask(`query ($id: ID!) { ${query} }`, { id: idOf('Article') });
      expect({ status, errors }).toMatchObject({
        status: 400,
        errors: [{ extensions: { code: 'BAD_USER_INPUT', argumentPath } }],
      });
    },
  );

  test.each(['0000-12-31T23:59:59Z', '0001-01-01T00:59:59+01:00', '9999-12-31T23:00:00-01:00', '2023-02-29T00:00:00Z'])(
    'a date that no calendar has in UTC: answered with 400, as %s is',
    async (gt) => {
      const query = 'query ($where: ArticleWhere) { articles(where: $where) { totalCount } }';
      const { status, errors } = await server.ask(query, { where: { publishedDateTime: { gt } } });
      expect({ status, errors }).toMatchObject({ status: 400, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    },
  );
});
