import type { TestServer } from './client.ts';

const ARTICLE = `fragment all on Article {
  id title excerpt category type publishedDateTime webUrl originalUrl ampWebUrl cdnAmpWebUrl quality heat published isStub
  trending { score halfLifeHours }
  provider { id name domain articleCount images { id url } }
  topics { id name slug articleCount }
  images { id url width height isCached title }
  related(first: 100) { totalCount edges { cursor position node { id } } }
  relatedBy(first: 100) { totalCount edges { cursor position node { id } } }
}`;

const PAGE_INFO = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
const FACETS = `facets {
  topics { count topic { id } } providers { count provider { id } } types { count value } categories { count value }
}`;
const LIST = `totalCount edges { cursor node { id } } ${PAGE_INFO} ${FACETS}`;
const PAIRS = `totalCount edges { cursor articleCount node { id } } ${PAGE_INFO}`;

const PROVIDER = `name domain articleCount images { id url } topics { ${PAIRS} }
  articles(first: 100, includeStubs: true) { ${LIST} } listed: articles { totalCount }`;
const TOPIC = `name slug articleCount providers { ${PAIRS} } articles(first: 100, orderBy: TRENDING) { ${LIST} }`;
const NODE = `__typename id
  ... on Provider { ${PROVIDER} }
  ... on Topic { ${TOPIC} }
  ... on Image { url articles(first: 100, includeStubs: true) { ${LIST} } }
  ... on Article { ...all }`;

const ORDERS = ['NEWEST', 'OLDEST', 'HEAT', 'QUALITY', 'TRENDING'];
const NAMED_ORDERS = ['NAME', 'ARTICLE_COUNT'];

const SEARCH = `search(query: $value, first: 100) {
  totalCount edges { cursor score snippet node { ...all } } ${PAGE_INFO} ${FACETS}
}`;

/** What a filter may ask of a provider or topic, here and at the other ends of edges. */
const FILTERS = ['domain', 'slug'].flatMap((field) => {
  const own =
    field === 'domain' ? '{ provider: { domain: { eq: $value } } }' : '{ topics: { some: { slug: { eq: $value } } } }';
  return [own, `{ NOT: ${own} }`, `{ related: { some: ${own} } }`, `{ relatedBy: { none: ${own} } }`].map((where) => ({
    field,
    where,
  }));
});

interface Probes {
  readonly ids: readonly string[];
  readonly urls: readonly string[];
  readonly domains: readonly string[];
  readonly slugs: readonly string[];
  /** To search for. */
  readonly words: readonly string[];
}

/** What a server answers to every root field, for everything that another one, or itself, knows of. */
export async function everythingOf(server: TestServer, probes: Probes): Promise<unknown[]> {
  const all = async (name: string, type: string, field: string, values: readonly string[]) => {
    const query = `query ($value: ${type}) { ${field} } ${field.includes('...all') ? ARTICLE : ''}`;
    const answers = await Promise.all(values.map((value) => server.ask(query, { value })));
    return [name, answers.map(({ status, data, errors }) => ({ status, data, errors }))];
  };
  return Promise.all([
    server.data(`{ articles(first: 100) { ${LIST} nodes { ...all } } } ${ARTICLE}`),
    ...ORDERS.map((order) =>
      server.data(
        `{ articles(first: 100, includeStubs: true, orderBy: ${order}) { ${LIST} nodes { ...all } } } ${ARTICLE}`,
      ),
    ),
    ...NAMED_ORDERS.map((order) =>
      server.data(`{
        providers(first: 100, orderBy: ${order}) { totalCount edges { cursor node { id ${PROVIDER} } } ${PAGE_INFO} }
        topics(first: 100, orderBy: ${order}) { totalCount edges { cursor node { id ${TOPIC} } } ${PAGE_INFO} }
      }`),
    ),
    all('node', 'ID!', `node(id: $value) { ${NODE} }`, probes.ids),
    all('nodes', 'ID!', `nodes(ids: [$value]) { ${NODE} }`, probes.ids),
    all('article', 'URL!', 'article(by: { url: $value }) { ...all }', probes.urls),
    all('provider', 'String!', `provider(by: { domain: $value }) { ${NODE} }`, probes.domains),
    all('topic', 'String!', `topic(by: { slug: $value }) { ${NODE} }`, probes.slugs),
    all('search', 'String!', SEARCH, probes.words),
    ...FILTERS.map(({ field, where }) =>
      all(
        where,
        'String!',
        `articles(first: 100, includeStubs: true, where: ${where}) { ${LIST} }`,
        field === 'domain' ? probes.domains : probes.slugs,
      ),
    ),
  ]);
}

/** All that a server knows of: what another one must answer the same to, or not know. */
export async function probesOf(server: TestServer): Promise<Probes> {
  const { articles } = await server.data(
    `{ articles(first: 100, includeStubs: true) { nodes {
      id title webUrl ampWebUrl provider { id domain images { id } } topics { id slug } images { id }
    } } }`,
  );
  const nodes: Known[] = articles.nodes;
  const distinct = (values: (string | null)[]) => [...new Set(values.filter((value) => value !== null))];
  return {
    ids: distinct(
      nodes.flatMap(({ id, provider, topics, images }) => [
        id,
        provider.id,
        ...[...topics, ...images, ...provider.images].map((it) => it.id),
      ]),
    ),
    urls: distinct(nodes.flatMap(({ webUrl, ampWebUrl }) => [webUrl, ampWebUrl])),
    domains: distinct(nodes.map(({ provider }) => provider.domain)),
    slugs: distinct(nodes.flatMap(({ topics }) => topics.map((topic) => topic.slug))),
    words: distinct(nodes.map(({ title }) => title)),
  };
}

interface Known {
  readonly id: string;
  readonly title: string;
  readonly webUrl: string;
  readonly ampWebUrl: string | null;
  readonly provider: { readonly id: string; readonly domain: string; readonly images: { readonly id: string }[] };
  readonly topics: { readonly id: string; readonly slug: string }[];
  readonly images: { readonly id: string }[];
}
