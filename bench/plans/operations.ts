import type { World } from './world.ts';

/** An operation whose work is measured. */
export interface PlannedOperation {
  readonly name: string;
  readonly query: string;
  /**
   * A query for the `totalCount` of what it must look at, where that is more than its page: all that
   * a search finds or that is counted, or the whole list that a filter is put on.
   */
  readonly looksAt?: string | number;
}

const IMAGES = 'images(first: 1) { id url }';
const FIELDS = `id title excerpt publishedDateTime webUrl originalUrl quality heat provider { name } topics { name } ${IMAGES}`;
const COUNTS = 'totalCount facets { topics { count } providers { count } types { count } categories { count } }';

const quoted = (text: string) => JSON.stringify(text);
const topicBy = (slug: string) => `topic(by: { slug: ${quoted(slug)} })`;
const providerBy = (domain: string) => `provider(by: { domain: ${quoted(domain)} })`;
const articleBy = (id: string) => `article(by: { id: ${quoted(id)} })`;

const ALL = '{ articles { totalCount } }';

/** What readers do, and what no index answers. */
export function operations(world: World): PlannedOperation[] {
  const { topics, largestTopic, largestProvider, url, relating, word, edges } = world;
  const topic = topicBy(largestTopic);
  const whereTopic = `topics: { some: { slug: { eq: ${quoted(largestTopic)} } } }`;
  const whereProvider = `provider: { domain: { eq: ${quoted(largestProvider)} } }`;
  const ofTopic = `{ ${topic} { articles { totalCount } } }`;
  const found = `{ search(query: ${quoted(word)}) { totalCount } }`;
  const misspelled = quoted(word.slice(0, 3) + word.slice(4));
  return [
    { name: 'front', query: `{ articles(first: 20) { nodes { ${FIELDS} } pageInfo { hasNextPage endCursor } } }` },
    {
      name: 'story by id',
      query: `{ ${articleBy(relating)} { ${FIELDS} related(first: 10) { edges { position node { ${FIELDS} } } } } }`,
    },
    {
      name: 'story by url',
      query: `{ article(by: { url: ${quoted(url)} }) {
        ${FIELDS} related(first: 10) { edges { position node { ${FIELDS} } } } relatedBy(first: 10) { nodes { id title } } } }`,
    },
    {
      name: 'story of stories',
      query: `{ ${articleBy(relating)} { id related(first: 10) { nodes { ${FIELDS} related(first: 10) { nodes { ${FIELDS} } } } } } }`,
    },
    {
      name: 'wide',
      query: `{ ${articleBy(relating)} { id related(first: 100) { nodes { id title related(first: 100) { nodes { id title } } } } } }`,
    },
    {
      name: 'deep',
      query:
        '{ articles { nodes { id title related(first: 5) { nodes { id title related(first: 5) { nodes { id title } } } } } } }',
    },
    {
      name: 'topic',
      query: `{ ${topic} { name articles { totalCount nodes { ${FIELDS} } pageInfo { hasNextPage endCursor } } } }`,
    },
    { name: 'topic, deep', query: `{ ${topic} { articles { nodes { ${FIELDS} related { edges { node { ${FIELDS} } } } } } } }` },
    {
      name: 'home page',
      query: `{ ${topics.map((slug, i) => `t${i}: ${topicBy(slug)} { name articles(first: 5) { nodes { ${FIELDS} } } }`).join(' ')} }`,
    },
    { name: 'where topic', query: `{ articles(where: { ${whereTopic} }) { totalCount nodes { ${FIELDS} } } }` },
    {
      name: 'where provider and date',
      query: `{ articles(where: { ${whereProvider}, publishedDateTime: { lt: "2023-06-01T00:00:00Z" } }) { nodes { ${FIELDS} } } }`,
    },
    {
      name: 'where date, OLDEST',
      query: `{ articles(where: { publishedDateTime: { gte: "2023-06-01T00:00:00Z" } }, orderBy: OLDEST) { nodes { ${FIELDS} } } }`,
    },
    { name: 'counts of the feed', query: `{ articles { ${COUNTS} } }` },
    { name: 'total of a topic', query: ofTopic },
    {
      name: 'where quality',
      query: `{ articles(where: { quality: { gte: 90 } }) { nodes { ${FIELDS} } } }`,
      looksAt: ALL,
    },
    {
      name: 'where related',
      query: `{ articles(where: { related: { some: { heat: { gt: 100 } } } }) { nodes { ${FIELDS} } } }`,
      looksAt: edges,
    },
    {
      name: 'where topic and quality',
      query: `{ articles(where: { ${whereTopic}, quality: { gte: 90 } }) { nodes { ${FIELDS} } } }`,
      looksAt: ofTopic,
    },
    { name: 'total where quality', query: '{ articles(where: { quality: { gte: 60 } }) { totalCount } }', looksAt: ALL },
    { name: 'counts where quality', query: `{ articles(where: { quality: { gte: 60 } }) { ${COUNTS} } }`, looksAt: ALL },
    { name: 'counts of a topic', query: `{ ${topic} { articles { ${COUNTS} } } }`, looksAt: ofTopic },
    { name: 'search', query: `{ search(query: ${quoted(word)}) { edges { score snippet node { ${FIELDS} } } } }`, looksAt: found },
    { name: 'counts of a search', query: `{ search(query: ${quoted(word)}) { ${COUNTS} } }`, looksAt: found },
    {
      name: 'search by spelling',
      query: `{ search(query: ${misspelled}) { totalCount edges { node { ${FIELDS} } } } }`,
      looksAt: ALL,
    },
  ];
}

const ORDERS = ['NEWEST', 'OLDEST', 'HEAT', 'QUALITY', 'TRENDING'];

/** A list that can be walked through: its query with these arguments, and with this selection. */
export interface WalkedList {
  readonly name: string;
  readonly query: (page: string, selection: string) => string;
}

/** Every order of every connection of articles, with and without stubs where there can be some. */
export function walkedLists(world: World): WalkedList[] {
  const { image, largestProvider, smallestProvider, largestTopic, relating, related } = world;
  const owners = [
    { name: 'articles', around: (field: string) => `{ ${field} }`, hasStubs: true },
    { name: 'provider.articles', around: (field: string) => `{ ${providerBy(largestProvider)} { ${field} } }`, hasStubs: true },
    {
      name: 'small provider.articles',
      around: (field: string) => `{ ${providerBy(smallestProvider)} { ${field} } }`,
      hasStubs: true,
    },
    { name: 'topic.articles', around: (field: string) => `{ ${topicBy(largestTopic)} { ${field} } }`, hasStubs: true },
    { name: 'image.articles', around: (field: string) => `{ node(id: "${image}") { ... on Image { ${field} } } }`, hasStubs: true },
  ];
  const articles = owners.flatMap(({ name, around }) =>
    ORDERS.flatMap((order) =>
      [false, true].map((stubs) => ({
        name: `${name}${stubs ? ' with stubs' : ''}, ${order}`,
        query: (page: string, selection: string) =>
          around(`articles(${page}, orderBy: ${order}, includeStubs: ${stubs}) { ${selection} }`),
      })),
    ),
  );
  const edges = [
    { field: 'related', id: relating },
    { field: 'relatedBy', id: related },
  ].map(({ field, id }) => ({
    name: field,
    query: (page: string, selection: string) => `{ ${articleBy(id)} { ${field}(${page}) { ${selection} } } }`,
  }));
  return [...articles, ...edges];
}

const PAGE = `nodes { ${FIELDS} } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`;

/** Each gives the data of an operation. */
export type Ask = (query: string) => Promise<unknown>;

/** Pages of a list at both its ends, and from the middle of it on, both ways. */
export async function walks(ask: Ask, { name, query }: WalkedList, size: number): Promise<PlannedOperation[]> {
  const cursors = async (page: string) => cursorsIn(await ask(query(page, 'pageInfo { startCursor endCursor }')));
  const start = await cursors(`first: ${size}`);
  const end = await cursors(`last: ${size}`);
  const pages = [
    `first: ${size}`,
    `last: ${size}`,
    start && `first: ${size}, after: "${start.endCursor}"`,
    end && `last: ${size}, before: "${end.startCursor}"`,
    start && `last: ${size}, before: "${start.endCursor}"`,
    end && `first: ${size}, after: "${end.startCursor}"`,
    start && end && `first: ${size}, after: "${start.endCursor}", before: "${end.startCursor}"`,
  ];
  return pages
    .filter((page) => page !== undefined)
    .map((page) => ({ name: `${name}: ${page.replaceAll(/"[^"]*"/g, '…')}`, query: query(page, PAGE) }));
}

interface Cursors {
  readonly startCursor: string;
  readonly endCursor: string;
}

/** The cursors of the only page in an answer; undefined if it is empty. */
function cursorsIn(data: unknown): Cursors | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  if ('startCursor' in data) return data.startCursor === null ? undefined : (data as Cursors);
  return Object.values(data).map(cursorsIn).find(Boolean);
}

/** The only total in an answer. */
export function totalIn(data: unknown): number | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  if ('totalCount' in data) return data.totalCount as number;
  return Object.values(data).map(totalIn).find((total) => total !== undefined);
}
