import type { TestServer } from './client.ts';

const ARTICLE = `fragment all on Article {
  id title excerpt category type publishedDateTime webUrl originalUrl ampWebUrl cdnAmpWebUrl quality heat published isStub
  provider { id name domain images { id url } }
  topics { id name slug }
  images { id url width height isCached title }
  related(first: 100) { totalCount edges { cursor position node { id } } }
  relatedBy(first: 100) { totalCount edges { cursor position node { id } } }
}`;

const LIST = `totalCount edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`;

const NODE = `__typename id
  ... on Provider { name domain articles(first: 100, includeStubs: true) { ${LIST} } listed: articles { totalCount } }
  ... on Topic { name slug articles(first: 100) { ${LIST} } }
  ... on Image { url articles(first: 100, includeStubs: true) { ${LIST} } }
  ... on Article { ...all }`;

interface Probes {
  readonly ids: readonly string[];
  readonly urls: readonly string[];
  readonly domains: readonly string[];
  readonly slugs: readonly string[];
}

/** What a server answers to every root field, for everything that another one, or itself, knows of. */
export async function everythingOf(server: TestServer, probes: Probes): Promise<unknown[]> {
  const all = (name: string, type: string, field: string, values: readonly string[]) =>
    Promise.all(values.map((value) => server.ask(`query ($value: ${type}) { ${field} } ${ARTICLE}`, { value }))).then(
      (answers) => [name, answers.map(({ status, data, errors }) => ({ status, data, errors }))],
    );
  return Promise.all([
    server.data(`{ articles(first: 100) { ${LIST} nodes { ...all } } } ${ARTICLE}`),
    server.data(
      `{ articles(first: 100, includeStubs: true, orderBy: OLDEST) { ${LIST} nodes { ...all } } } ${ARTICLE}`,
    ),
    all('node', 'ID!', `node(id: $value) { ${NODE} }`, probes.ids),
    all('nodes', 'ID!', `nodes(ids: [$value]) { ${NODE} }`, probes.ids),
    all('article', 'URL!', 'article(by: { url: $value }) { ...all }', probes.urls),
    all('provider', 'String!', `provider(by: { domain: $value }) { ${NODE} }`, probes.domains),
    all('topic', 'String!', `topic(by: { slug: $value }) { ${NODE} }`, probes.slugs),
  ]);
}

/** All that a server knows of: what another one must answer the same to, or not know. */
export async function probesOf(server: TestServer): Promise<Probes> {
  const { articles } = await server.data(
    `{ articles(first: 100, includeStubs: true) { nodes {
      id webUrl ampWebUrl provider { id domain images { id } } topics { id slug } images { id }
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
  };
}

interface Known {
  readonly id: string;
  readonly webUrl: string;
  readonly ampWebUrl: string | null;
  readonly provider: { readonly id: string; readonly domain: string; readonly images: { readonly id: string }[] };
  readonly topics: { readonly id: string; readonly slug: string }[];
  readonly images: { readonly id: string }[];
}
