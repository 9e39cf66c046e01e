import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sync } from '../../src/content/sync.ts';
import { engines, serve, type TestDatabase } from '../harness/engines.ts';
import { article, entry, type TestFolder, testFolder } from '../harness/files.ts';
import { contentsOf } from '../harness/tables.ts';

const CANARY = 'canary';
const logo = (name: string) => ({ url: `https://logos.example/${name}.png`, width: 50, height: 50 });

/** The public feed's documents: a lead with its coverage, and an older one. */
const PUBLISHED = {
  'lead.md': article('lead', {
    published: true,
    heat: 80,
    related: [entry('coverage', { quality: 70 }), entry('draft', { quality: 60 })],
  }),
  'older.md': article('older', { published: true, heat: 3, publishedDateTime: '2022-01-01T00:00:00Z' }),
};

/** Documents that only the preview may know, each with a canary in all that it alone says. */
const HIDDEN = {
  'coverage.md': article('coverage', {
    title: `Coverage with ${CANARY}`,
    excerpt: CANARY,
    category: CANARY,
    topics: [CANARY],
    provider: { name: CANARY, domain: 'example.com', images: [logo(CANARY)] },
    images: [logo(`${CANARY}-image`)],
    secured: CANARY,
    related: [entry('lead'), entry(`${CANARY}-stub`, { provider: { name: CANARY, domain: `${CANARY}.example` } })],
  }),
  'draft.md': article('draft', {
    excerpt: CANARY,
    ampWebUrl: `https://example.com/${CANARY}`,
    related: [entry('older')],
  }),
  'removed.md': article(`${CANARY}-removed`, { published: true, removed: true, heat: 9, related: [entry('lead')] }),
};

describe.each(engines)('perspectives on %s', (_name, open) => {
  let all: TestDatabase;
  let publishedOnly: TestDatabase;
  let folder: TestFolder;
  let publishedFolder: TestFolder;

  beforeAll(async () => {
    [all, publishedOnly] = [await open(), await open()];
  });

  beforeEach(async () => {
    await Promise.all([all.reset(), publishedOnly.reset()]);
    [folder, publishedFolder] = [await testFolder(), await testFolder()];
    for (const [name, document] of Object.entries(PUBLISHED)) {
      await folder.write(name, document);
      await publishedFolder.write(name, document);
    }
    for (const [name, document] of Object.entries(HIDDEN)) await folder.write(name, document);
    await sync(all, [folder.path]);
    await sync(publishedOnly, [publishedFolder.path]);
  });

  afterEach(async () => {
    await Promise.all([folder.dispose(), publishedFolder.dispose()]);
  });

  afterAll(async () => {
    await Promise.all([all.close(), publishedOnly.close()]);
  });

  test('PUBLISHED is the same as if no other file had ever been read', async () => {
    const published = await contentsOf(all, 'PUBLISHED');
    expect(published).toEqual(await contentsOf(publishedOnly, 'PUBLISHED'));
    expect(JSON.stringify(published)).not.toContain(CANARY);
  });

  test('and stays so when hidden files are edited, unpublished and removed', async () => {
    await folder.write('draft.md', article('draft', { title: `Edited ${CANARY}`, topics: [`${CANARY} two`] }));
    await folder.write('extra.md', article('extra', { published: true, heat: 5, related: [entry('lead')] }));
    await sync(all, [folder.path]);
    await folder.write('extra.md', article('extra', { published: false, related: [entry('lead')] }));
    await folder.remove('coverage.md');
    await sync(all, [folder.path]);
    expect(await contentsOf(all, 'PUBLISHED')).toEqual(await contentsOf(publishedOnly, 'PUBLISHED'));
  });

  test('where everything is published, both perspectives hold the same', async () => {
    expect(await contentsOf(publishedOnly, 'PUBLISHED')).toEqual(await contentsOf(publishedOnly, 'PREVIEW'));
  });

  test('a published story keeps its coverage, as its own file tells it', async () => {
    const reader = serve(all, { anonymous: 'PUBLISHED' });
    const { articles } = await reader.data(
      '{ articles { totalCount nodes { title related { edges { position node { title isStub topics { name } } } } } } }',
    );
    expect(articles).toEqual({
      totalCount: 2,
      nodes: [
        {
          title: 'The story of lead',
          related: {
            edges: [
              { position: 0, node: { title: 'The story of coverage', isStub: true, topics: [] } },
              { position: 1, node: { title: 'The story of draft', isStub: true, topics: [] } },
            ],
          },
        },
        { title: 'The story of older', related: { edges: [] } },
      ],
    });
  });

  test('the same story in PREVIEW has the documents of its coverage', async () => {
    const editor = serve(all, { anonymous: 'PREVIEW' });
    const { article: lead } = await editor.data(
      `{ article(by: { url: "https://example.com/lead" }) {
        related(first: 1) { nodes { title isStub category topics { name } provider { images { url } } } }
        relatedBy { totalCount }
      } }`,
    );
    expect(lead).toEqual({
      related: {
        nodes: [
          {
            title: `Coverage with ${CANARY}`,
            isStub: false,
            category: CANARY,
            topics: [{ name: CANARY }],
            provider: { images: [{ url: logo(CANARY).url }] },
          },
        ],
      },
      relatedBy: { totalCount: 2 },
    });
  });

  test('what is hidden cannot be told from what does not exist', async () => {
    const editor = serve(all, { anonymous: 'PREVIEW' });
    const reader = serve(all, { anonymous: 'PUBLISHED' });
    const { articles } = await editor.data(
      '{ articles(first: 100, includeStubs: true) { edges { cursor } nodes { id provider { id } topics { id } images { id } } } }',
    );
    const ids = articles.nodes.flatMap((node: { id: string; provider: { id: string }; topics: { id: string }[] }) => [
      node.id,
      node.provider.id,
      ...node.topics.map((topic) => topic.id),
    ]);
    const text = JSON.stringify([
      await reader.ask(
        'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Article { title excerpt } ... on Topic { name } } }',
        { ids },
      ),
      await reader.ask(`{ article(by: { url: "https://example.com/${CANARY}" }) { title } }`),
      await reader.ask(`{ topic(by: { slug: "${CANARY}" }) { name articles { totalCount } } }`),
      await reader.ask(
        `{ provider(by: { domain: "example.com" }) { name images { url } articles(first: 100) { totalCount } } }`,
      ),
      ...(await Promise.all(
        articles.edges.map(({ cursor }: { cursor: string }) =>
          reader.ask(
            'query ($after: String) { articles(after: $after, includeStubs: true) { nodes { title excerpt } } }',
            {
              after: cursor,
            },
          ),
        ),
      )),
    ]);
    expect(text).not.toContain(CANARY);
    const hidden = await reader.ask('query ($url: URL!) { article(by: { url: $url }) { id } }', {
      url: `https://example.com/${CANARY}-removed`,
    });
    const nothing = await reader.ask('query ($url: URL!) { article(by: { url: $url }) { id } }', {
      url: 'https://example.com/none',
    });
    expect(hidden.data).toEqual(nothing.data);
  });
});
