import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { sync } from '../../src/content/sync.ts';
import { rowsOf } from '../../src/db/database.ts';
import { engines, serve, type TestDatabase, withSeeds } from '../harness/engines.ts';
import { article, entry, type TestFolder, testFolder } from '../harness/files.ts';
import { contentsOf, versionOf } from '../harness/tables.ts';

interface Related {
  readonly relatedBy: { readonly totalCount: number };
}

describe.each(engines)('sync on %s', (_name, open) => {
  let database: TestDatabase;
  let folder: TestFolder;

  beforeAll(async () => {
    database = await open();
  });

  beforeEach(async () => {
    await database.reset();
    folder = await testFolder();
  });

  afterEach(() => folder.dispose());

  afterAll(() => database.close());

  const run = () => sync(database, [folder.path]);
  const titleOf = async (name: string) => {
    const { article } = await serve(database).data(
      `{ article(by: { url: "https://example.com/${name}" }) { title isStub } }`,
    );
    return article;
  };

  test('reports what it added, changed, left and removed', async () => {
    await folder.write('a.md', article('a'));
    await folder.write('sub/b.md', article('b'));
    expect(await run()).toMatchObject({ added: 2, changed: 0, unchanged: 0, removed: 0, rejected: [] });
    expect(await run()).toMatchObject({ added: 0, changed: 0, unchanged: 2, removed: 0, rejected: [] });
    await folder.write('a.md', article('a', { title: 'Another title for a' }));
    await folder.remove('sub/b.md');
    expect(await run()).toMatchObject({ added: 0, changed: 1, unchanged: 0, removed: 1, rejected: [] });
  });

  test('raises the content version of a perspective only when something changes there', async () => {
    const versions = async () => [await versionOf(database, 'PUBLISHED'), await versionOf(database, 'PREVIEW')];
    await folder.write('a.md', article('a'));
    await run();
    expect(await versions()).toEqual([0, 1]);
    await run();
    expect(await versions()).toEqual([0, 1]);
    await folder.write('b.md', article('b', { published: true }));
    await run();
    expect(await versions()).toEqual([1, 2]);
    // Other bytes, the same meaning.
    await folder.write('a.md', { ...article('a'), unknown: 'key' });
    expect(await run()).toMatchObject({ changed: 1 });
    expect(await versions()).toEqual([1, 2]);
  });

  test('a file that is gone leaves what others still say of its story, and else nothing', async () => {
    await folder.write('a.md', article('a', { title: 'The document of a' }));
    await folder.write('b.md', article('b', { related: [entry('a', { title: 'The entry for a' })] }));
    await run();
    expect(await titleOf('a')).toEqual({ title: 'The document of a', isStub: false });
    await folder.remove('a.md');
    await run();
    expect(await titleOf('a')).toEqual({ title: 'The entry for a', isStub: true });
    await folder.remove('b.md');
    await run();
    expect(await titleOf('a')).toBeNull();
    for (const rows of Object.values(await contentsOf(database, 'PREVIEW'))) expect(rows).toEqual([]);
  });

  test('of two files for one address the later is current, whichever is read first', async () => {
    const early = article('a', { title: 'As first published', publishedDateTime: '2021-01-14T10:30:51Z' });
    const late = article('a', { title: 'As retitled', publishedDateTime: '2021-02-28T10:30:51Z' });
    await folder.write('1-late.md', late);
    await run();
    await folder.write('2-early.md', early);
    await run();
    expect(await titleOf('a')).toEqual({ title: 'As retitled', isStub: false });
    await folder.remove('1-late.md');
    await run();
    expect(await titleOf('a')).toEqual({ title: 'As first published', isStub: false });
  });

  test('one bad file is reported with its place, and blocks nothing', async () => {
    await folder.write('good.md', article('good'));
    await folder.write('bad.md', '---\ntitle: "Bad"\ncategory: news\npublished: no\n---\n');
    const { added, rejected } = await run();
    expect(added).toBe(1);
    expect(rejected).toEqual([
      {
        path: expect.stringMatching(/bad\.md$/),
        line: 2,
        column: 1,
        code: 'FIELD_MISSING',
        message: 'publishedDateTime: expected a string, got nothing',
      },
    ]);
  });

  test('a file that goes bad takes its article with it, and brings it back when mended', async () => {
    await folder.write('a.md', article('a'));
    await run();
    await folder.write('a.md', article('a', { published: 'no' }));
    const { removed, rejected } = await run();
    expect(removed).toBe(1);
    expect(rejected).toMatchObject([{ code: 'FIELD_TYPE', message: 'published: expected a boolean, got "no"' }]);
    expect(await titleOf('a')).toBeNull();
    await folder.write('a.md', article('a'));
    await run();
    expect(await titleOf('a')).not.toBeNull();
  });

  test('a dry run reports the same and changes nothing', async () => {
    await folder.write('a.md', article('a'));
    expect(await sync(database, [folder.path], { dryRun: true })).toMatchObject({ added: 1 });
    expect(await titleOf('a')).toBeNull();
    expect(await run()).toMatchObject({ added: 1 });
  });

  test('without pruning, files that are gone stay', async () => {
    await folder.write('a.md', article('a'));
    await run();
    await folder.remove('a.md');
    expect(await sync(database, [folder.path], { prune: false })).toMatchObject({ removed: 0 });
    expect(await titleOf('a')).not.toBeNull();
  });

  test('a folder knows nothing of another: syncing one removes nothing of the other', async () => {
    await withSeeds(database);
    await folder.write('a.md', article('a'));
    await run();
    const { articles } = await serve(database).data('{ articles { totalCount } }');
    expect(articles.totalCount).toBe(3);
  });

  test('an image that one document shows as picture and as logo is what the picture says', async () => {
    const provider = { name: 'Two', domain: 'two.example', images: [{ url: 'https://example.com/x.png' }] };
    const images = [{ url: 'https://example.com/x.png', width: 100 }];
    await folder.write('a.md', article('a', { provider, images }));
    await run();
    const { articles } = await serve(database).data(
      '{ articles { nodes { images { width } provider { images { width } } } } }',
    );
    expect(articles.nodes).toEqual([{ images: [{ width: 100 }], provider: { images: [{ width: 100 }] } }]);
  });

  test('a first sync that writes very many rows leaves every index where it was', async () => {
    const indexes = () =>
      rowsOf<{ indexdef: string }>(database.drizzle, sql`select indexdef from pg_indexes order by indexdef`);
    const before = await indexes();
    // 51 stories, each with the 50 others as related: 2,550 rows, more than are written one by one.
    const names = Array.from({ length: 51 }, (_, i) => `story-${i}`);
    for (const name of names) {
      const related = names.filter((other) => other !== name).map((other) => entry(other));
      await folder.write(`${name}.md`, article(name, { related }));
    }
    await run();
    const { articles } = await serve(database).data('{ articles(first: 100) { nodes { relatedBy { totalCount } } } }');
    expect(new Set(articles.nodes.map((node: Related) => node.relatedBy.totalCount))).toEqual(new Set([50]));
    expect(await indexes()).toEqual(before);
  });

  test('two syncs at once do not meet: the second says who holds the lock', async () => {
    await folder.write('a.md', article('a'));
    const [first, second] = await Promise.allSettled([run(), run()]);
    const refused = [first, second].filter((outcome) => outcome?.status === 'rejected');
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatchObject({
      reason: { name: 'LockHeldError', message: expect.stringMatching(/^the sync lock is held by/) },
    });
  });
});
