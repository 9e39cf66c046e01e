import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sync } from '../../src/content/sync.ts';
import type { TestServer } from '../harness/client.ts';
import { engines, serve, type TestDatabase } from '../harness/engines.ts';
import { article, entry, type TestFolder, testFolder } from '../harness/files.ts';

/** `FC_RUNS=100 npm test -- walks` looks longer. A failure prints its seed; `FC_SEED` replays it. */
const parameters = (runs: number) => ({
  numRuns: Number(process.env['FC_RUNS'] ?? runs),
  ...(process.env['FC_SEED'] && { seed: Number(process.env['FC_SEED']) }),
});

const IMAGE = { url: 'https://example.com/shared.png' };
const TARGET = 'target';
const HUB = 'hub';

const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Every three share a second, so that only the tie-break tells them apart. */
const dateOf = (i: number) => `2023-05-10T13:42:${String(Math.floor(i / 3)).padStart(2, '0')}Z`;

const provider = (name: string) => ({ name, domain: `${name.toLowerCase().replace(' ', '-')}.example` });
const EXAMPLE = { name: 'Example', domain: 'example.com' };

/** Articles that stay, beside the two that all edges lead from and to. */
const STAYING = numbers(10).map((i) => ({
  name: `staying-${i}`,
  title: `Chronicle ${i}`,
  publishedDateTime: dateOf(2 * i),
  heat: [-1, 0, 1, 4, 4][i % 5],
  quality: [undefined, 10, 50, 50][i % 4],
  type: i % 3 === 0 ? 'video' : 'article',
  provider: i % 2 === 0 ? EXAMPLE : provider(`Provider ${i % 3}`),
  topics: ['AI', `Topic ${i % 4}`, `Topic ${4 + (i % 3)}`],
  images: [IMAGE],
  related: [entry(TARGET)],
}));

/**
 * Articles that come and go, each between others. Every second one brings a provider of its own, each a topic. The first
 * four are stubs while they are away, as the hub lists them.
 */
const PASSING = numbers(8).map((i) => ({
  name: `passing-${i}`,
  title: `Chronicle of what passes ${i}`,
  publishedDateTime: dateOf(2 * i + 3),
  heat: [4, -1, 1][i % 3],
  quality: [10, 50, 90][i % 3],
  provider: i % 2 === 0 ? EXAMPLE : provider(`Passing ${i}`),
  topics: ['AI', `Passing ${i}`],
  images: [IMAGE],
  related: [entry(TARGET)],
}));

type Passing = (typeof PASSING)[number];

/** The hub's list: those that stay, with those that come and go between them. */
const LISTED = numbers(4).flatMap((i) => [
  entry(`staying-${2 * i}`),
  entry(`passing-${i}`, { publishedDateTime: PASSING[i]?.publishedDateTime }),
  entry(`staying-${2 * i + 1}`),
]);

const ARTICLE_WHERE = [
  {},
  { hasImage: true },
  { quality: { gte: 20 } },
  { type: { ne: 'VIDEO' } },
  { isStub: { eq: false } },
  { NOT: { heat: { gt: 0 } } },
  { topics: { some: { slug: { in: ['topic-1', 'topic-2', 'passing-4'] } } } },
  { provider: { domain: { ne: 'provider-1.example' } } },
];
const PROVIDER_WHERE = [
  {},
  { articleCount: { gte: 1 } },
  { NOT: { name: { eq: 'Provider 1' } } },
  { domain: { notIn: ['passing-5.example'] } },
];
const TOPIC_WHERE = [{}, { articleCount: { gte: 1 } }, { slug: { ne: 'topic-1' } }, { OR: [{ name: { ne: 'AI' } }] }];

/** A connection as a query reaches it, and what may be asked of it. */
interface Walked {
  readonly field: string;
  /** Puts it where it stands, if it is no root field: within `parent`. */
  readonly within?: (list: string) => string;
  readonly orders: readonly string[];
  readonly orderType?: string;
  readonly where: readonly object[];
  readonly whereType: string;
  readonly withStubs?: boolean;
  readonly onwardOnly?: boolean;
  /** What tells its nodes apart. */
  readonly key: 'webUrl' | 'domain' | 'slug';
  /** An argument beside those of all connections. */
  readonly argument?: string;
}

const ARTICLES = { where: ARTICLE_WHERE, whereType: 'ArticleWhere', key: 'webUrl' } as const;
const ARTICLE_LIST = {
  ...ARTICLES,
  field: 'articles',
  orders: ['NEWEST', 'OLDEST', 'HEAT', 'QUALITY', 'TRENDING'],
  orderType: 'ArticleOrder',
  withStubs: true,
} as const;
const NAMED = { orders: ['NAME', 'ARTICLE_COUNT'], orderType: 'NamedOrder' } as const;
const PROVIDERS = {
  ...NAMED,
  field: 'providers',
  where: PROVIDER_WHERE,
  whereType: 'ProviderWhere',
  key: 'domain',
} as const;
const TOPICS = { ...NAMED, field: 'topics', where: TOPIC_WHERE, whereType: 'TopicWhere', key: 'slug' } as const;

const inTopic = (list: string) => `parent: topic(by: { slug: "ai" }) { ${list} }`;
const inProvider = (list: string) => `parent: provider(by: { domain: "example.com" }) { ${list} }`;
const inImage = (list: string) => `parent: node(id: $image) { ... on Image { ${list} } }`;
const inHub = (list: string) => `parent: article(by: { url: "https://example.com/${HUB}" }) { ${list} }`;
const inTarget = (list: string) => `parent: article(by: { url: "https://example.com/${TARGET}" }) { ${list} }`;
const UNORDERED = { ...ARTICLES, orders: [] } as const;
const SEARCH = { ...UNORDERED, field: 'search', onwardOnly: true } as const;

const CONNECTIONS: readonly (readonly [name: string, walked: Walked])[] = [
  ['articles', ARTICLE_LIST],
  ['topic.articles', { ...ARTICLE_LIST, within: inTopic }],
  ['provider.articles', { ...ARTICLE_LIST, within: inProvider }],
  ['image.articles', { ...ARTICLE_LIST, within: inImage }],
  ['article.related', { ...UNORDERED, field: 'related', within: inHub }],
  ['article.relatedBy', { ...UNORDERED, field: 'relatedBy', within: inTarget }],
  ['providers', PROVIDERS],
  ['topics', TOPICS],
  ['provider.topics', { ...TOPICS, within: inProvider }],
  ['topic.providers', { ...PROVIDERS, within: inTopic }],
  ['search by words', { ...SEARCH, argument: 'query: "chronicle"' }],
  ['search by spelling', { ...SEARCH, argument: 'query: "chornicle"' }],
];

/** What coming and going changes: those that do, and what is counted by them. */
const isTouched = (key: string) => /passing|^example\.com$|^ai$/.test(key);

interface Page {
  readonly edges: readonly { readonly cursor: string; readonly node: Readonly<Record<string, string>> }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** From the start on, or from the end back. */
interface Direction {
  window(size: number, cursor: string | null): object;
  next(pageInfo: Page['pageInfo']): string | null;
  join(seen: readonly string[], page: readonly string[]): string[];
  /** Where a page without rows lies in a list of so many. */
  emptyAt(length: number): number;
  /** How many rows of the list a page could have had, and how many lie on the side that the walk came from. */
  ahead(start: number, end: number, length: number): number;
  behind(start: number, end: number, length: number): number;
}

const FORWARD: Direction = {
  window: (first, after) => ({ first, after }),
  next: ({ hasNextPage, endCursor }) => (hasNextPage ? endCursor : null),
  join: (seen, page) => [...seen, ...page],
  emptyAt: (length) => length,
  ahead: (start, _end, length) => length - start,
  behind: (start) => start,
};

const BACKWARD: Direction = {
  window: (last, before) => ({ last, before }),
  next: ({ hasPreviousPage, startCursor }) => (hasPreviousPage ? startCursor : null),
  join: (seen, page) => [...page, ...seen],
  emptyAt: () => 0,
  ahead: (_start, end) => end,
  behind: (_start, end, length) => length - end,
};

/** One way through a connection. */
interface Way {
  readonly size: number;
  readonly direction: Direction;
  readonly list: object;
}

function waysOf({ orders, where, withStubs, onwardOnly }: Walked): fc.Arbitrary<Way> {
  return fc.record({
    size: fc.integer({ min: 1, max: 6 }),
    direction: onwardOnly ? fc.constant(FORWARD) : fc.constantFrom(FORWARD, BACKWARD),
    list: fc.record({
      where: fc.constantFrom(...where),
      ...(orders.length > 0 && { orderBy: fc.constantFrom(...orders) }),
      ...(withStubs && { includeStubs: fc.boolean() }),
    }),
  });
}

/** A way through each connection. */
const ways = fc.tuple(...CONNECTIONS.map(([, walked]) => waysOf(walked)));

/** Who is there at the start, and after each page of every walk. */
const timetables = fc.array(fc.subarray(PASSING), { minLength: 2, maxLength: 6 });

/** A page, and the whole list as of the same moment. */
function queryOf({ field, within, orderType, whereType, withStubs, onwardOnly, key, argument }: Walked): string {
  const variables = [
    `$first: Int, $after: String, $where: ${whereType}`,
    !onwardOnly && '$last: Int, $before: String',
    orderType && `$orderBy: ${orderType}`,
    withStubs && '$includeStubs: Boolean',
    within === inImage && '$image: ID!',
  ];
  const list = [
    'where: $where',
    argument,
    orderType && 'orderBy: $orderBy',
    withStubs && 'includeStubs: $includeStubs',
  ];
  const window = ['first: $first, after: $after', !onwardOnly && 'last: $last, before: $before'];
  const selection = `
    page: ${field}(${[...list, ...window].filter(Boolean).join(', ')}) {
      edges { cursor node { ${key} } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
    whole: ${field}(${list.filter(Boolean).join(', ')}, first: 100) { nodes { ${key} } }`;
  return `query (${variables.filter(Boolean).join(', ')}) { ${within?.(selection) ?? selection} }`;
}

/** One walk under way. */
class Walk {
  readonly name: string;
  readonly #walked: Walked;
  readonly #way: Way;
  #cursor: string | null = null;
  isOver = false;
  /** The keys of its pages, joined. */
  seen: readonly string[] = [];
  /** Those of the whole list, as it was at the start. */
  whole: readonly string[] = [];

  constructor(name: string, walked: Walked, way: Way) {
    this.name = name;
    this.#walked = walked;
    this.#way = way;
  }

  /** Takes the next page, which must hold and say what is true of the list at this moment. */
  async step(server: TestServer, image: string): Promise<void> {
    if (this.isOver) return;
    const { size, direction, list } = this.#way;
    const variables = { ...list, ...direction.window(size, this.#cursor) };
    const withImage = this.#walked.within === inImage && { image };
    const data = await server.data(queryOf(this.#walked), { ...variables, ...withImage });
    const { page, whole } = data.parent ?? data;
    const keyOf = (node: Record<string, string>) => node[this.#walked.key] as string;
    const keys = page.edges.map(({ node }: Page['edges'][number]) => keyOf(node));
    this.#expectTrue(page, keys, whole.nodes.map(keyOf));
    if (this.#cursor === null) this.whole = whole.nodes.map(keyOf);
    this.seen = direction.join(this.seen, keys);
    this.#cursor = direction.next(page.pageInfo);
    this.isOver = this.#cursor === null;
  }

  #expectTrue({ edges, pageInfo }: Page, keys: readonly string[], whole: readonly string[]): void {
    const { size, direction } = this.#way;
    const start = keys[0] === undefined ? direction.emptyAt(whole.length) : whole.indexOf(keys[0]);
    const end = start + keys.length;
    expect([this.name, ...keys]).toEqual([this.name, ...whole.slice(start, end)]);
    expect(keys).toHaveLength(Math.min(size, direction.ahead(start, end, whole.length)));
    if (this.#cursor === null) expect(direction.behind(start, end, whole.length)).toBe(0);
    expect([this.name, pageInfo]).toEqual([
      this.name,
      {
        hasNextPage: end < whole.length,
        hasPreviousPage: start > 0,
        startCursor: edges[0]?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
      },
    ]);
  }
}

describe.each(engines)('walks on %s', (_name, open) => {
  let database: TestDatabase;
  let server: TestServer;
  let folder: TestFolder;
  let image: string;
  const present = new Set<Passing>();

  beforeAll(async () => {
    database = await open();
    server = serve(database);
    folder = await testFolder();
    await folder.write('hub.md', article(HUB, { title: 'Chronicle of all', related: [...LISTED, entry(TARGET)] }));
    await folder.write('target.md', article(TARGET, { images: [IMAGE], title: 'Chronicle that all list' }));
    for (const { name, ...fields } of STAYING) await folder.write(`${name}.md`, article(name, fields));
    const { rejected } = await sync(database, [folder.path]);
    expect(rejected).toEqual([]);
    const { articles } = await server.data(
      '{ articles(where: { hasImage: true }, first: 1) { nodes { images { id } } } }',
    );
    image = articles.nodes[0].images[0].id;
  });

  afterAll(async () => {
    await database.close();
    await folder.dispose();
  });

  /** Makes exactly these be there, by a sync of their files. */
  async function letBeThere(wanted: readonly Passing[]): Promise<void> {
    const moving = PASSING.filter((passing) => wanted.includes(passing) !== present.has(passing));
    for (const passing of moving) {
      const { name, ...fields } = passing;
      if (present.delete(passing)) {
        await folder.remove(`${name}.md`);
      } else {
        await folder.write(`${name}.md`, article(name, fields));
        present.add(passing);
      }
    }
    if (moving.length > 0) expect((await sync(database, [folder.path])).rejected).toEqual([]);
  }

  /** All walks take their pages at the same time, and between the pages others come and go. */
  test('while others come and go, every walk gives each that stays once, in order, and knows at every page what lies beyond', async () => {
    await fc.assert(
      fc.asyncProperty(ways, timetables, async (taken, timetable) => {
        const walks = CONNECTIONS.map(([name, walked], i) => new Walk(name, walked, taken[i] as Way));
        for (let page = 0; !walks.every(({ isOver }) => isOver); page++) {
          await letBeThere(timetable[page] ?? [...present]);
          await Promise.all(walks.map((walk) => walk.step(server, image)));
        }
        for (const { name, seen, whole } of walks) {
          const staying = (keys: readonly string[]) => keys.filter((key) => !isTouched(key));
          expect([name, ...staying(seen)]).toEqual([name, ...staying(whole)]);
        }
      }),
      parameters(4),
    );
  });

  test('no page is found by counting the rows before it: no statement has an OFFSET', () => {
    const pages = database.statements.filter((statement) => /\blimit\b/i.test(statement));
    expect(pages.length).toBeGreaterThan(100);
    expect(database.statements.filter((statement) => /\boffset\b/i.test(statement))).toEqual([]);
  });
});
