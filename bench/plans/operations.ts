/** An operation whose plans are looked at. */
export interface PlannedOperation {
  readonly name: string;
  readonly query: string;
  /** Whether it counts a list that no index tells apart from the rest: then all of it must be looked at. */
  readonly countsAll?: boolean;
}

const FIELDS =
  'title excerpt publishedDateTime webUrl originalUrl quality heat provider { name } topics { name } images(first: 1) { url }';
const COUNTS = 'totalCount facets { topics { count } providers { count } types { count } categories { count } }';

const ORDERS = ['NEWEST', 'OLDEST', 'HEAT', 'QUALITY', 'TRENDING'];

/** What there is to ask of the documents: `topic`, `provider`, `url` and `word` are some that they hold. */
export function operations(some: { topic: string; provider: string; url: string; word: string }): PlannedOperation[] {
  const article = `article(by: { url: ${JSON.stringify(some.url)} })`;
  const topic = `topic(by: { slug: ${JSON.stringify(some.topic)} })`;
  const provider = `provider(by: { domain: ${JSON.stringify(some.provider)} })`;
  return [
    ...ORDERS.map((order) => ({
      name: `front page, ${order}`,
      query: `{ articles(first: 20, orderBy: ${order}) { nodes { ${FIELDS} } pageInfo { hasNextPage endCursor } } }`,
    })),
    { name: 'last page', query: `{ articles(last: 20) { nodes { ${FIELDS} } } }` },
    { name: 'with stubs', query: `{ articles(includeStubs: true) { nodes { ${FIELDS} } } }` },
    ...ORDERS.map((order) => ({
      name: `topic page, ${order}`,
      query: `{ ${topic} { articles(orderBy: ${order}) { totalCount nodes { ${FIELDS} } } } }`,
    })),
    ...ORDERS.map((order) => ({
      name: `provider page, ${order}`,
      query: `{ ${provider} { articles(orderBy: ${order}) { totalCount nodes { ${FIELDS} } } } }`,
    })),
    {
      name: 'story page',
      query: `{ ${article} { ${FIELDS} related(first: 10) { totalCount edges { position node { ${FIELDS} } } } relatedBy { nodes { title } } } }`,
    },
    {
      name: 'story page, further',
      query: `{ ${article} { ${FIELDS} related(first: 10) { nodes { ${FIELDS} related(first: 10) { nodes { ${FIELDS} } } } } } }`,
    },
    {
      name: 'topic page, deep',
      query: `{ ${topic} { articles { nodes { ${FIELDS} related { edges { node { ${FIELDS} } } } } } } }`,
    },
    {
      name: 'deep graph',
      query: `{ articles { nodes { title related(first: 5) { nodes { title related(first: 5) { nodes { title } } } } } } }`,
    },
    {
      name: 'image page',
      query: `{ ${article} { images(first: 1) { url articles { totalCount nodes { title } } } } }`,
    },
    {
      name: 'search',
      query: `{ search(query: "${some.word}") { totalCount edges { score snippet node { ${FIELDS} } } } }`,
    },
    {
      name: 'search by spelling',
      query: `{ search(query: "${misspelled(some.word)}") { edges { node { ${FIELDS} } } } }`,
    },
    {
      name: 'filter by topic',
      query: `{ articles(where: { topics: { some: { slug: { eq: "${some.topic}" } } } }) { totalCount nodes { title } } }`,
    },
    {
      name: 'filter by provider and quality',
      query: `{ articles(where: { provider: { domain: { eq: "${some.provider}" } }, quality: { gte: 60 } }) { totalCount nodes { title } } }`,
    },
    {
      name: 'filter by related',
      query: `{ articles(where: { related: { some: { heat: { gt: 100 } } } }) { nodes { title } } }`,
    },
    {
      name: 'filter by date',
      query: `{ articles(where: { publishedDateTime: { gte: "2024-06-01T00:00:00Z" } }, orderBy: OLDEST) { nodes { title } } }`,
    },
    { name: 'facets of a topic', query: `{ ${topic} { articles { ${COUNTS} } } }` },
    { name: 'facets of a search', query: `{ search(query: "${some.word}") { ${COUNTS} } }` },
    { name: 'facets of everything', countsAll: true, query: `{ articles { ${COUNTS} } }` },
    {
      name: 'total by quality',
      countsAll: true,
      query: '{ articles(where: { quality: { gte: 60 } }) { totalCount } }',
    },
  ];
}

/** A letter too few. */
function misspelled(word: string): string {
  return word.slice(0, 3) + word.slice(4);
}
