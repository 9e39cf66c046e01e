import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestServer } from '../harness/client.ts';
import { engines, serve, type TestDatabase, withSeeds } from '../harness/engines.ts';

const BLOOMBERG =
  'https://www.bnnbloomberg.ca/ai-needs-specialized-processors-crypto-miners-say-they-have-them-1.1918301';
const TWEAKTOWN =
  'https://www.tweaktown.com/news/91443/cryptominers-are-looking-at-converting-their-mining-farms-into-ai-operations/index.html';

describe.each(engines)('articles on %s', (_name, open) => {
  let database: TestDatabase;
  let server: TestServer;

  beforeAll(async () => {
    database = await withSeeds(await open());
    server = serve(database);
  });

  afterAll(() => database.close());

  test('the two seeds are two articles, newest first', async () => {
    const { articles } = await server.data('{ articles { totalCount nodes { title } } }');
    expect(articles).toEqual({
      totalCount: 2,
      nodes: [
        { title: 'Cryptominers are looking at converting their mining farms into AI operations' },
        { title: 'AI Needs Specialized Processors. Crypto Miners Say They Have Them' },
      ],
    });
  });

  test('every field of a document is there under its own name', async () => {
    const { article } = await server.data(
      `query ($url: URL!) { article(by: { url: $url }) {
        category title excerpt publishedDateTime originalUrl webUrl ampWebUrl cdnAmpWebUrl
        type quality heat published isStub
        provider { name domain }
        topics { name slug }
        images { url width height isCached title }
      } }`,
      { url: BLOOMBERG },
    );
    expect(article).toEqual({
      category: 'news',
      title: 'AI Needs Specialized Processors. Crypto Miners Say They Have Them',
      excerpt: expect.stringMatching(/^When the Ethereum blockchain .* virtually overnight\.$/),
      publishedDateTime: '2023-05-10T13:42:00Z',
      originalUrl: BLOOMBERG,
      webUrl: BLOOMBERG,
      ampWebUrl: `${BLOOMBERG}.amp.html`,
      cdnAmpWebUrl: `https://www-bnnbloomberg-ca.cdn.ampproject.org/c/s/${BLOOMBERG.slice('https://'.length)}.amp.html`,
      type: 'ARTICLE',
      quality: 59,
      heat: -1,
      published: false,
      isStub: false,
      provider: { name: 'bnnbloomberg', domain: 'bnnbloomberg.ca' },
      topics: [
        { name: 'AI Hardware', slug: 'ai-hardware' },
        { name: 'AI', slug: 'ai' },
      ],
      images: [
        {
          url: 'http://www.bnnbloomberg.ca/polopoly_fs/1.1918302!/fileimage/httpImage/image.png_gen/derivatives/landscape_620/image.png',
          width: 620,
          height: 349,
          isCached: true,
          title: null,
        },
      ],
    });
  });

  test('related stories come in the sequence of the file, repeats left out', async () => {
    const { article } = await server.data(
      `query ($url: URL!) { article(by: { url: $url }) {
        related { totalCount edges { position node { quality isStub provider { name } } } }
      } }`,
      { url: BLOOMBERG },
    );
    // The file names one TechSpot article twice: the first mention stands.
    expect(article.related).toEqual({
      totalCount: 4,
      edges: [
        { position: 0, node: { quality: 85, isStub: true, provider: { name: 'TechSpot' } } },
        { position: 1, node: { quality: 36, isStub: false, provider: { name: 'TweakTown' } } },
        { position: 2, node: { quality: 27, isStub: true, provider: { name: 'PC Gamer' } } },
        { position: 3, node: { quality: 19, isStub: true, provider: { name: 'news.bloomberglaw' } } },
      ],
    });
  });

  test('a related story that has a document of its own is that very article', async () => {
    const { article } = await server.data(
      `query ($url: URL!) { article(by: { url: $url }) {
        id related(first: 2) { nodes { id topics { name } relatedBy { totalCount edges { position node { webUrl } } } } }
      } }`,
      { url: BLOOMBERG },
    );
    const { article: own } = await server.data('query ($url: URL!) { article(by: { url: $url }) { id } }', {
      url: TWEAKTOWN,
    });
    const [, second] = article.related.nodes;
    expect(second.id).toBe(own.id);
    expect(second.topics).toEqual([{ name: 'AI Hardware' }, { name: 'AI' }]);
    expect(second.relatedBy).toEqual({ totalCount: 1, edges: [{ position: 1, node: { webUrl: BLOOMBERG } }] });
  });

  test('a story known only as related has what its entry says, and neither heat, category nor topics', async () => {
    const { articles } = await server.data(
      `{ articles(includeStubs: true, first: 100) { totalCount nodes {
        isStub published heat category topics { name } title
      } } }`,
    );
    expect(articles.totalCount).toBe(6);
    for (const stub of articles.nodes.filter((node: { isStub: boolean }) => node.isStub)) {
      expect(stub).toEqual({
        isStub: true,
        published: false,
        heat: null,
        category: null,
        topics: [],
        title: expect.any(String),
      });
    }
  });

  test.each([
    ['its AMP address', `${BLOOMBERG}.amp.html`],
    ['tracking parameters and a fragment', `${BLOOMBERG}?utm_source=feed&utm_medium=rss&fbclid=1#top`],
    [
      'another case of scheme and host',
      BLOOMBERG.replace('https://www.bnnbloomberg.ca', 'HTTPS://WWW.BNNBloomberg.CA'),
    ],
  ])('an article is found by its address with %s', async (_case, url) => {
    const { article } = await server.data('query ($url: URL!) { article(by: { url: $url }) { webUrl } }', { url });
    expect(article).toEqual({ webUrl: BLOOMBERG });
  });

  test('a topic and a provider lead to their articles, with the total', async () => {
    const { topic, provider } = await server.data(`{
      topic(by: { slug: "ai" }) { name articles(first: 1) { totalCount nodes { provider { name } } } }
      provider(by: { domain: "TechSpot.com" }) {
        name images { url }
        articles { totalCount }
        withStubs: articles(includeStubs: true) { totalCount nodes { isStub } }
      }
    }`);
    expect(topic).toEqual({ name: 'AI', articles: { totalCount: 2, nodes: [{ provider: { name: 'TweakTown' } }] } });
    expect(provider).toEqual({
      name: 'TechSpot',
      images: [],
      articles: { totalCount: 0 },
      withStubs: { totalCount: 1, nodes: [{ isStub: true }] },
    });
  });

  test('an image leads to the articles that show it', async () => {
    const { articles } = await server.data('{ articles(first: 1) { nodes { id images { id } } } }');
    const [{ id, images }] = articles.nodes;
    const { node } = await server.data(
      'query ($id: ID!) { node(id: $id) { ... on Image { articles { nodes { id } } } } }',
      {
        id: images[0].id,
      },
    );
    expect(node.articles.nodes).toEqual([{ id }]);
  });

  test('everything with an id can be fetched again by it, alone or with others', async () => {
    const { articles } = await server.data('{ articles { nodes { id provider { id } topics { id } images { id } } } }');
    const [first] = articles.nodes;
    const ids = [first.id, first.provider.id, first.topics[0].id, first.images[0].id];
    const { nodes } = await server.data('query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }', { ids });
    expect(nodes).toEqual([
      { __typename: 'Article', id: ids[0] },
      { __typename: 'Provider', id: ids[1] },
      { __typename: 'Topic', id: ids[2] },
      { __typename: 'Image', id: ids[3] },
    ]);
  });

  test('fields are answered in the sequence in which they were asked for', async () => {
    const query =
      '{ articles { nodes { related { totalCount } provider { name } title } pageInfo { hasNextPage } totalCount } }';
    const text = JSON.stringify(await server.data(query));
    const keys = [...text.matchAll(/"(nodes|related|provider|title|pageInfo|totalCount)":/g)].map(([, key]) => key);
    expect(keys.slice(0, 5)).toEqual(['nodes', 'related', 'totalCount', 'provider', 'title']);
    expect(keys.slice(-2)).toEqual(['pageInfo', 'totalCount']);
  });

  test('what does not exist is null, not an error', async () => {
    const unknown = Buffer.from('Article:00000000-0000-8000-8000-000000000000').toString('base64url');
    const data = await server.data(
      `query ($id: ID!) {
        node(id: $id) { id }
        nodes(ids: [$id]) { id }
        byId: article(by: { id: $id }) { id }
        byUrl: article(by: { url: "https://example.org/nothing" }) { id }
        provider(by: { domain: "nowhere.example" }) { id }
        topic(by: { slug: "nothing" }) { id }
      }`,
      { id: unknown },
    );
    expect(data).toEqual({ node: null, nodes: [null], byId: null, byUrl: null, provider: null, topic: null });
  });
});
