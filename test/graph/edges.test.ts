import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sync } from '../../src/content/sync.ts';
import type { TestServer } from '../harness/client.ts';
import { engines, serve, type TestDatabase } from '../harness/engines.ts';
import { article, entry, type TestFolder, testFolder } from '../harness/files.ts';
import { fillNewsroom, uuidOf } from '../harness/newsroom.ts';

const urlOf = (name: string) => `https://example.com/${name}`;
const imageOf = (name: string) => ({ url: `https://images.example/${name}.png` });
const providerOf = (name: string, images: object[] = []) => ({ name, domain: `${name.toLowerCase()}.example`, images });

const WEB = 'https://Example.com/Story?id=7';
const ORIGINAL = 'http://origin.example/2023/story';
const AMP = 'https://amp.example/story';
const CDN_AMP = 'https://cdn.amp.example/c/s/story?x=1&y=2';

/** How an article may name an address: from the strongest to the weakest claim to it. */
const CLAIMS: [stronger: string, weaker: string][] = [
  ['webUrl', 'originalUrl'],
  ['originalUrl', 'ampWebUrl'],
  ['ampWebUrl', 'cdnAmpWebUrl'],
];

type Documents = Readonly<Record<string, object | null>>;

interface Edge {
  readonly position: number;
  readonly node: { readonly id: string };
}

interface Ends {
  readonly id: string;
  readonly publishedDateTime: string;
  readonly related: { readonly totalCount: number; readonly edges: readonly Edge[] };
  readonly relatedBy: { readonly totalCount: number; readonly edges: readonly Edge[] };
}

describe.each(engines)('edges on %s', (_name, open) => {
  let database: TestDatabase;
  let server: TestServer;
  let folder: TestFolder;

  beforeAll(async () => {
    database = await open();
    server = serve(database);
    folder = await testFolder();
  });

  afterAll(async () => {
    await database.close();
    await folder.dispose();
  });

  /** Adds these documents to those that are there, and takes away those that are null. */
  async function write(documents: Documents) {
    for (const [name, document] of Object.entries(documents)) {
      if (document) await folder.write(`${name}.md`, document);
      else await folder.remove(`${name}.md`);
    }
    const { rejected } = await sync(database, [folder.path]);
    expect(rejected).toEqual([]);
  }

  const ask = async (url: string, fields: string, variables: object = {}, declared = '') =>
    (
      await server.data(`query ($url: URL!${declared}) { article(by: { url: $url }) { ${fields} } }`, {
        url,
        ...variables,
      })
    ).article;

  const idOf = async (name: string): Promise<string> => (await ask(urlOf(name), 'id')).id;

  test.each(['C++', 'Café Society', 'İstanbul', '🙂'])(
    'the topic %s is found by its name, its slug and its id',
    async (name) => {
      await write({ named: article('named', { topics: [name] }) });
      const { topics } = await ask(urlOf('named'), 'topics { id slug }');
      const { id, slug } = topics[0];
      const data = await server.data(
        `query ($id: ID!, $slug: String!, $name: String!) {
        byId: topic(by: { id: $id }) { id } bySlug: topic(by: { slug: $slug }) { id } byName: topic(by: { name: $name }) { id }
      }`,
        { id, slug, name },
      );
      expect(data).toEqual({ byId: { id }, bySlug: { id }, byName: { id } });
      await write({ named: null });
    },
  );

  describe('between articles', () => {
    const letters = ['a', 'b', 'c', 'd', 'e'];

    beforeAll(() =>
      write({
        lead: article('lead', {
          related: letters.map((name, i) => entry(name, { type: i % 2 === 0 ? 'article' : 'video' })),
        }),
        c: article('c', { related: [entry('lead'), entry('e')] }),
      }),
    );

    test('whatever lists another is what lists it back, at the same position', async () => {
      await fillNewsroom(database);
      const edges = 'totalCount edges { position node { id } }';
      const { articles } = await server.data(`{ articles(first: 100, includeStubs: true) { nodes {
        id publishedDateTime related(first: 100) { ${edges} } relatedBy(first: 100) { ${edges} }
      } } }`);
      const nodes: Ends[] = articles.nodes;
      const onward = nodes.flatMap(({ id, related }) => related.edges.map((edge) => [id, edge.node.id, edge.position]));
      const back = nodes.flatMap(({ id, relatedBy }) =>
        relatedBy.edges.map((edge) => [edge.node.id, id, edge.position]),
      );
      expect(onward.length).toBeGreaterThan(50);
      expect(back.map(String).sort()).toEqual(onward.map(String).sort());

      const dates = new Map(nodes.map(({ id, publishedDateTime }) => [id, Date.parse(publishedDateTime)]));
      const dateOf = ({ node }: Edge) => dates.get(node.id) as number;
      const uuidsDescend = (a: Edge, b: Edge) => (uuidOf(a.node.id) < uuidOf(b.node.id) ? 1 : -1);
      for (const { related, relatedBy } of nodes) {
        expect([related.totalCount, relatedBy.totalCount]).toEqual([related.edges.length, relatedBy.edges.length]);
        expect(related.edges.map(({ position }) => position)).toEqual([...related.edges.keys()]);
        expect(relatedBy.edges).toEqual(
          relatedBy.edges.toSorted((a, b) => dateOf(b) - dateOf(a) || uuidsDescend(a, b)),
        );
      }
    });

    test('what a filter leaves keeps its position, its total and its pages', async () => {
      const lead = await ask(
        urlOf('lead'),
        `articles: related(where: { type: { eq: ARTICLE } }) { totalCount edges { position node { webUrl isStub } } }
        lastOfThem: related(last: 1, where: { type: { eq: ARTICLE } }) {
          totalCount edges { position } pageInfo { hasPreviousPage hasNextPage }
        }
        documents: related(where: { isStub: { eq: false } }) { totalCount edges { position node { webUrl } } }
        by: relatedBy(where: { quality: { lte: 50 } }) { totalCount edges { position } }
        byNone: relatedBy(where: { quality: { gt: 50 } }) { totalCount edges { position } }`,
      );
      expect(lead).toEqual({
        articles: {
          totalCount: 3,
          edges: [
            { position: 0, node: { webUrl: urlOf('a'), isStub: true } },
            { position: 2, node: { webUrl: urlOf('c'), isStub: false } },
            { position: 4, node: { webUrl: urlOf('e'), isStub: true } },
          ],
        },
        lastOfThem: {
          totalCount: 3,
          edges: [{ position: 4 }],
          pageInfo: { hasPreviousPage: true, hasNextPage: false },
        },
        documents: { totalCount: 1, edges: [{ position: 2, node: { webUrl: urlOf('c') } }] },
        by: { totalCount: 1, edges: [{ position: 0 }] },
        byNone: { totalCount: 0, edges: [] },
      });
    });

    test('a filter by id leaves out the story that is being read', async () => {
      const { related } = await ask(
        urlOf('lead'),
        'related(last: 1) { nodes { relatedBy(where: { id: { ne: $id } }) { edges { position node { webUrl } } } } }',
        { id: await idOf('lead') },
        ', $id: ID!',
      );
      expect(related.nodes).toEqual([{ relatedBy: { edges: [{ position: 1, node: { webUrl: urlOf('c') } }] } }]);
    });
  });

  describe('between providers, topics and images', () => {
    beforeAll(() =>
      write({
        1: article('1', {
          provider: providerOf('Weekly'),
          topics: ['Rivers', 'Deserts'],
          images: [imageOf('1'), imageOf('2')],
        }),
        2: article('2', {
          provider: providerOf('Weekly', [imageOf('logo')]),
          topics: ['Rivers'],
          publishedDateTime: '2023-05-11T00:00:00Z',
          images: [imageOf('2'), imageOf('1'), imageOf('2')],
          related: [
            entry('3', {
              provider: providerOf('Post'),
              publishedDateTime: '2022-01-01T00:00:00Z',
              images: [imageOf('1')],
            }),
          ],
        }),
        4: article('4', { provider: providerOf('Post'), topics: ['RIVERS', 'rivers', 'Rivers!'] }),
      }),
    );

    test("a provider's topics and a topic's providers count the same articles, from either end", async () => {
      const data = await server.data(`
        { weekly: provider(by: { domain: "weekly.example" }) { ...topics }
          post: provider(by: { domain: "post.example" }) { ...topics }
          rivers: topic(by: { slug: "rivers" }) { ...providers }
          deserts: topic(by: { slug: "deserts" }) { ...providers } }
        fragment topics on Provider { articleCount topics { totalCount edges { articleCount node { slug } } } }
        fragment providers on Topic { articleCount providers { totalCount edges { articleCount node { name } } } }`);
      const topics = (...counts: [string, number][]) => ({
        totalCount: counts.length,
        edges: counts.map(([slug, articleCount]) => ({ articleCount, node: { slug } })),
      });
      const providers = (...counts: [string, number][]) => ({
        totalCount: counts.length,
        edges: counts.map(([name, articleCount]) => ({ articleCount, node: { name } })),
      });
      expect(data).toEqual({
        weekly: { articleCount: 2, topics: topics(['rivers', 2], ['deserts', 1]) },
        post: { articleCount: 1, topics: topics(['rivers', 1]) },
        rivers: { articleCount: 3, providers: providers(['Weekly', 2], ['Post', 1]) },
        deserts: { articleCount: 1, providers: providers(['Weekly', 1]) },
      });
    });

    test('an image leads to every article that shows it, in any place, and a logo alone to none', async () => {
      const listed = (...names: string[]) => ({
        totalCount: names.length,
        nodes: names.map((name) => ({ webUrl: urlOf(name) })),
      });
      const two = await ask(
        urlOf('2'),
        `provider { images { articles { totalCount nodes { webUrl } facets { types { count } } } } }
        leading: images(first: 1) { url }
        images { url
          articles { totalCount nodes { webUrl } }
          withStubs: articles(includeStubs: true, orderBy: OLDEST) { totalCount nodes { webUrl } }
        }`,
      );
      expect(two).toEqual({
        provider: { images: [{ articles: { ...listed(), facets: { types: [] } } }] },
        leading: [imageOf('2')],
        images: [
          { ...imageOf('2'), articles: listed('2', '1'), withStubs: listed('1', '2') },
          { ...imageOf('1'), articles: listed('2', '1'), withStubs: listed('3', '1', '2') },
        ],
      });
    });
  });

  describe('from an address', () => {
    const claim = (name: string, field: string, address: string, year: number) =>
      article(name, { [field]: urlOf(address), publishedDateTime: `${year}-01-01T00:00:00Z` });

    beforeAll(() =>
      write({
        ...Object.fromEntries(
          CLAIMS.flatMap(([stronger, weaker], i) => [
            [`strong-${i}`, claim(`strong-${i}`, stronger, `claimed-${i}`, 2021)],
            [`weak-${i}`, claim(`weak-${i}`, weaker, `claimed-${i}`, 2023)],
          ]),
        ),
        story: article('x', { webUrl: WEB, originalUrl: ORIGINAL, ampWebUrl: AMP, cdnAmpWebUrl: CDN_AMP }),
        early: claim('early', 'ampWebUrl', 'shared', 2021),
        late: claim('late', 'ampWebUrl', 'shared', 2023),
        'late-too': claim('late-too', 'ampWebUrl', 'shared', 2023),
        listing: article('listing', { related: [entry('listed', { ampWebUrl: urlOf('listed-amp') })] }),
      }),
    );

    test.each([
      ['its web address', WEB],
      ['its original address', ORIGINAL],
      ['its AMP address', AMP],
      ['its CDN-AMP address', CDN_AMP],
      ['an original address with tracking and a fragment', `${ORIGINAL}?utm_campaign=a&fbclid=b#c`],
      ['a CDN-AMP address with tracking amid its own parameters', CDN_AMP.replace('&', '&gclid=0&')],
      ['an AMP address in capitals and with the default port', 'HTTPS://AMP.EXAMPLE:443/story'],
    ])('%s leads to an article', async (_what, url) => {
      expect(await ask(url, 'webUrl')).toEqual({ webUrl: WEB });
    });

    test.each([
      ['another case of the path', WEB.replace('Story', 'story')],
      ['another parameter', WEB.replace('id=7', 'id=8')],
      ['one parameter more', `${WEB}&page=2`],
      ['its parameters in another sequence', CDN_AMP.replace('x=1&y=2', 'y=2&x=1')],
      ['another scheme', WEB.replace('https:', 'http:')],
      ['another host', WEB.replace('Example.com', 'www.example.com')],
      ['a slash at its end', `${AMP}/`],
    ])('%s makes it another address', async (_what, url) => {
      expect(await ask(url, 'webUrl')).toBeNull();
    });

    test.each(CLAIMS.map((claims, i) => [...claims, i] as const))(
      'where two articles share one, %s is a stronger claim to it than %s, though the other is later',
      async (stronger, _weaker, i) => {
        const webUrl = urlOf(stronger === 'webUrl' ? `claimed-${i}` : `strong-${i}`);
        expect(await ask(urlOf(`claimed-${i}`), 'webUrl')).toEqual({ webUrl });
      },
    );

    test('of equal claims the later counts, then the greater id, and when those articles go, the next', async () => {
      const ids = await Promise.all(['late', 'late-too'].map(idOf));
      const [greater] = ids.toSorted((a, b) => (uuidOf(a) < uuidOf(b) ? 1 : -1));
      expect(await idOf('shared')).toBe(greater);
      await write({ late: null, 'late-too': null });
      expect(await idOf('shared')).toBe(await idOf('early'));
    });

    test("a stub's addresses lead to it too, until a document of its own says otherwise", async () => {
      expect(await idOf('listed-amp')).toBe(await idOf('listed'));
      await write({ listed: article('listed', { ampWebUrl: urlOf('listed-amp-2') }) });
      expect(await ask(urlOf('listed-amp'), 'id')).toBeNull();
      expect(await idOf('listed-amp-2')).toBe(await idOf('listed'));
    });
  });

  describe('what is missing at one end never takes the other with it', () => {
    /** Every edge of an article, and back. */
    const all = (name: string) =>
      ask(
        urlOf(name),
        `webUrl isStub excerpt category quality heat trending { score }
        provider { name images { url } topics { nodes { slug } } articles { nodes { webUrl } } }
        topics { slug providers { nodes { name } } articles { nodes { webUrl } } }
        images { url articles { nodes { webUrl } } }
        related { edges { position node { webUrl isStub relatedBy { nodes { webUrl } } } } }
        relatedBy { edges { position node { webUrl related { nodes { webUrl } } } } }`,
      );

    const nodes = async (...ids: string[]) =>
      (await server.data('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids })).nodes;

    beforeAll(() =>
      write({
        bare: {
          ...entry('bare', { excerpt: undefined, quality: undefined, provider: providerOf('Bare') }),
          published: false,
        },
        parent: article('parent', { related: [entry('lone', { provider: providerOf('Lone') }), entry('going')] }),
        going: article('going', { related: [entry('parent'), entry('forgotten')] }),
        changing: article('changing', {
          related: ['one', 'two', 'three'].map((name) => entry(name)),
          provider: providerOf('Changing', [imageOf('changing-logo')]),
          topics: ['Staying', 'Leaving'],
          images: [imageOf('changing')],
        }),
        two: article('two'),
      }),
    );

    test('an article with nothing but what it must have has empty lists, and null for all else', async () => {
      expect(await all('bare')).toEqual({
        webUrl: urlOf('bare'),
        isStub: false,
        excerpt: null,
        category: null,
        quality: null,
        heat: null,
        trending: null,
        provider: { name: 'Bare', images: [], topics: { nodes: [] }, articles: { nodes: [{ webUrl: urlOf('bare') }] } },
        topics: [],
        images: [],
        related: { edges: [] },
        relatedBy: { edges: [] },
      });
    });

    test('a stub has its provider, though that has no articles and topics', async () => {
      expect(await all('lone')).toMatchObject({
        isStub: true,
        provider: { name: 'Lone', images: [], topics: { nodes: [] }, articles: { nodes: [] } },
        topics: [],
        related: { edges: [] },
        relatedBy: { edges: [{ position: 0, node: { webUrl: urlOf('parent') } }] },
      });
    });

    test('a document that goes leaves a stub where others list it, and of what it alone lists nothing', async () => {
      const [parent, forgotten] = [await idOf('parent'), await idOf('forgotten')];
      await write({ going: null });
      const { related, relatedBy } = await all('parent');
      expect(related.edges[1]).toEqual({
        position: 1,
        node: { webUrl: urlOf('going'), isStub: true, relatedBy: { nodes: [{ webUrl: urlOf('parent') }] } },
      });
      expect(relatedBy.edges).toEqual([]);
      expect(await all('forgotten')).toBeNull();
      expect(await nodes(forgotten, parent)).toEqual([null, { id: parent }]);
    });

    test('what a later document no longer names is gone from both ends, and the rest moves up', async () => {
      const changing = await ask(urlOf('changing'), 'id topics { id } images { id } provider { images { id } }');
      const gone = [changing.topics[1].id, changing.images[0].id, changing.provider.images[0].id, await idOf('one')];
      await write({
        changing: article('changing', {
          related: [entry('three'), entry('two')],
          provider: providerOf('Changing'),
          topics: ['Staying'],
        }),
      });
      const { related, topics, images, provider } = await all('changing');
      expect(related.edges).toMatchObject([
        { position: 0, node: { webUrl: urlOf('three'), isStub: true } },
        { position: 1, node: { webUrl: urlOf('two'), isStub: false } },
      ]);
      expect(topics).toMatchObject([{ slug: 'staying', providers: { nodes: [{ name: 'Changing' }] } }]);
      expect([images, provider.images, provider.topics]).toEqual([[], [], { nodes: [{ slug: 'staying' }] }]);
      expect(await nodes(...gone, changing.id)).toEqual([null, null, null, null, { id: changing.id }]);

      await write({ changing: article('changing', { related: [] }) });
      expect((await all('changing')).related.edges).toEqual([]);
      expect(await all('two')).toMatchObject({ isStub: false, relatedBy: { edges: [] } });
      expect(await all('three')).toBeNull();
    });
  });
});
