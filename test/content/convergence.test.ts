import { existsSync } from 'node:fs';
import { copyFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sync } from '../../src/content/sync.ts';
import { engines, serve, type TestDatabase } from '../harness/engines.ts';
import { everythingOf, probesOf } from '../harness/everything.ts';
import { article, entry, type TestFolder, testFolder } from '../harness/files.ts';
import { contentsOf } from '../harness/tables.ts';

/** `FC_RUNS=1000 npm test -- convergence` looks longer. A failure prints its seed; `FC_SEED` replays it. */
const parameters = (runs: number) => ({
  numRuns: Number(process.env['FC_RUNS'] ?? runs),
  ...(process.env['FC_SEED'] && { seed: Number(process.env['FC_SEED']) }),
});

const CORPUS = join(process.env['CORPUS_DIR'] ?? '../shared/corpus', 'azure-2020', '_news');
const onCorpus = existsSync(CORPUS) ? test : test.skip;
if (!existsSync(CORPUS)) console.warn(`No corpus at ${CORPUS}: convergence is tried on made-up documents only.`);

const NAMES = ['a', 'b', 'c', 'd'];

/** Documents that contradict one another as much as they can: few names, few addresses, few dates. */
const documents = fc
  .record({
    name: fc.constantFrom(...NAMES),
    title: fc.constantFrom('One', 'Two', 'Three'),
    published: fc.boolean(),
    removed: fc.boolean(),
    publishedDateTime: fc.constantFrom('2023-05-01T00:00:00Z', '2023-05-02T00:00:00Z'),
    updatedDateTime: fc.constantFrom(undefined, '2023-05-03T00:00:00Z'),
    ampWebUrl: fc.constantFrom(undefined, 'https://example.com/amp/1', 'https://example.com/a'),
    topics: fc.subarray(['AI', 'ai', 'Café', 'News']),
    provider: fc.record({
      name: fc.constantFrom('One', 'Two'),
      domain: fc.constantFrom('one.example', 'two.example'),
      images: fc.constantFrom(
        undefined,
        [{ url: 'https://example.com/logo.png' }],
        [{ url: 'https://example.com/x.png' }],
      ),
    }),
    images: fc
      .subarray(['x', 'y'])
      .chain((names) =>
        fc.tuple(
          ...names.map((name) =>
            fc.record({ url: fc.constant(`https://example.com/${name}.png`), width: fc.constantFrom(1, 2) }),
          ),
        ),
      ),
    related: fc
      .array(fc.tuple(fc.constantFrom(...NAMES, 'e'), fc.constantFrom('Six', 'Seven')), { maxLength: 4 })
      .map((entries) => entries.map(([name, title]) => entry(name, { title }))),
  })
  .map(({ name, ...fields }) => article(name, fields));

/** One file written anew, or deleted. */
const steps = fc.record({ file: fc.constantFrom('1.md', '2.md', '3.md'), document: fc.option(documents) });

/** Steps in batches: a sync runs after each batch. */
const histories = fc.array(fc.array(steps, { maxLength: 3 }), { minLength: 1, maxLength: 4 });

async function take(folder: TestFolder, { file, document }: { file: string; document: object | null }): Promise<void> {
  if (document) await folder.write(file, document);
  else await folder.remove(file).catch(() => {});
}

describe.each(engines)('convergence on %s', (_name, open) => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await open();
  });

  afterAll(() => database.close());

  const bothPerspectives = async () => [await contentsOf(database, 'PUBLISHED'), await contentsOf(database, 'PREVIEW')];

  test('however documents came, went and changed, the end is that of one clean sync of the last set', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        await database.reset();
        const folder = await testFolder();
        for (const batch of history) {
          for (const step of batch) await take(folder, step);
          await sync(database, [folder.path]);
        }
        const grown = await bothPerspectives();
        await database.reset();
        await sync(database, [folder.path]);
        expect(grown).toEqual(await bothPerspectives());
        await folder.dispose();
      }),
      parameters(12),
    );
  });

  test('PUBLISHED answers every root field as if the published documents were all there are', async () => {
    const reader = serve(database, { anonymous: 'PUBLISHED' });
    const editor = serve(database, { anonymous: 'PREVIEW' });
    await fc.assert(
      fc.asyncProperty(fc.array(documents, { minLength: 1, maxLength: 6 }), async (set) => {
        const [all, publishedAlone] = [await testFolder(), await testFolder()];
        for (const [i, document] of set.entries()) {
          await all.write(`${i}.md`, document);
          if (document.published && !('removed' in document && document.removed))
            await publishedAlone.write(`${i}.md`, document);
        }
        await database.reset();
        await sync(database, [all.path]);
        const probes = await probesOf(editor);
        const answers = await everythingOf(reader, probes);
        const rows = await contentsOf(database, 'PUBLISHED');
        await database.reset();
        await sync(database, [publishedAlone.path]);
        expect(answers).toEqual(await everythingOf(reader, probes));
        expect(rows).toEqual(await contentsOf(database, 'PUBLISHED'));
        await Promise.all([all.dispose(), publishedAlone.dispose()]);
      }),
      parameters(6),
    );
  });

  onCorpus('a slice of the real corpus ends the same in any sequence and any batches', async () => {
    const names = (await readdir(CORPUS)).sort();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(names.length - 20),
        fc.shuffledSubarray(
          Array.from({ length: 20 }, (_, i) => i),
          { minLength: 20 },
        ),
        fc.integer({ min: 1, max: 20 }),
        async (start, order, size) => {
          await database.reset();
          const folder = await testFolder();
          for (let from = 0; from < order.length; from += size) {
            const batch = order.slice(from, from + size).map((i) => names[start + i] as string);
            await Promise.all(batch.map((name) => copyFile(join(CORPUS, name), join(folder.path, basename(name)))));
            await sync(database, [folder.path]);
          }
          const grown = await bothPerspectives();
          await database.reset();
          await sync(database, [folder.path]);
          expect(grown).toEqual(await bothPerspectives());
          await folder.dispose();
        },
      ),
      parameters(3),
    );
  });
});
