import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { load } from 'js-yaml';
import { sync } from '../../src/content/sync.ts';
import { engines, serve, type TestDatabase } from '../harness/engines.ts';
import { contentsOf } from '../harness/tables.ts';

const CORPUS = process.env['CORPUS_DIR'] ?? '../shared/corpus';
const PARTS = ['azure-2020', 'power-apps-2021'];
const onCorpus = existsSync(CORPUS) ? describe : describe.skip;
if (!existsSync(CORPUS))
  console.warn(`No corpus at ${CORPUS}: its tests are skipped. CORPUS_DIR can name another place.`);

interface Entry {
  webUrl?: string;
  originalUrl?: string;
  publishedDateTime: string | Date;
  provider: { domain: string; images?: { url: string }[] };
  images?: { url: string }[];
}

interface File extends Entry {
  published: boolean;
  category?: string;
  quality?: number;
  heat?: number;
  topics: string[];
  related?: Entry[];
}

const addressOf = (entry: Entry) => (entry.webUrl ?? entry.originalUrl) as string;
const timeOf = (entry: Entry) => new Date(entry.publishedDateTime).getTime();

/** The files as plain YAML, read without any code of ours. */
async function filesOf(part: string): Promise<File[]> {
  const folder = join(CORPUS, part, '_news');
  const names = await readdir(folder);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.map((text) => load(text.split('\n---')[0]?.slice(3) as string) as File);
}

/** Of the files with one address, the latest. */
function currentOf(files: File[]): Map<string, File> {
  const current = new Map<string, File>();
  for (const file of files.toSorted((a, b) => timeOf(a) - timeOf(b))) current.set(addressOf(file), file);
  return current;
}

/** What the graph of these files must hold, counted from the files alone. */
function countsOf(files: File[]) {
  const current = currentOf(files);
  const edges = [...current].flatMap(([address, file]) => [
    ...new Set((file.related ?? []).map(addressOf).filter((other) => other !== address)),
  ]);
  const mentioned = files.flatMap((file) => [file, ...(file.related ?? [])]);
  const stubs = new Set(edges.filter((address) => !current.has(address)));
  const topics = [...current.values()].flatMap((file) => file.topics);
  return {
    articles: current.size + stubs.size,
    articleRelated: edges.length,
    providers: new Set(mentioned.map((entry) => entry.provider.domain)).size,
    topics: new Set(topics).size,
    articleTopics: topics.length,
  };
}

onCorpus.each(engines)('the corpus on %s', (_name, open) => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await open();
  });

  afterAll(() => database.close());

  test.each(PARTS)(
    '%s becomes a graph whose counts are those of its files, and its feed is their published ones',
    async (part) => {
      await database.reset();
      const files = await filesOf(part);
      expect(await sync(database, [join(CORPUS, part)])).toMatchObject({ added: files.length, rejected: [] });

      const contents = await contentsOf(database, 'PREVIEW');
      const counts = Object.fromEntries(Object.entries(contents).map(([table, rows]) => [table, rows.length]));
      expect(counts).toMatchObject(countsOf(files));

      const published = [...currentOf(files.filter((file) => file.published)).values()];
      const newestFirst = published.toSorted((a, b) => timeOf(b) - timeOf(a)).map(addressOf);
      expect(await feedOf(database)).toEqual(newestFirst);
    },
  );

  test.each(PARTS)('%s: facets, filters and orders count and list what its files say', async (part) => {
    await database.reset();
    await sync(database, [join(CORPUS, part)]);
    const current = [...currentOf(await filesOf(part)).values()];
    const { all, good, hottest } = await serve(database).data(`{
      all: articles { totalCount facets { categories { value count } topics { topic { name } count } providers { provider { domain } count } } }
      good: articles(where: { quality: { gte: 60 } }) { totalCount }
      hottest: articles(orderBy: HEAT, first: 10) { nodes { heat } }
    }`);
    expect(all.totalCount).toBe(current.length);
    const { categories, topics, providers } = all.facets;
    expect(tallied(categories, (facet) => facet.value)).toEqual(tally(current.flatMap((file) => file.category ?? [])));
    expect(tallied(topics, (facet) => facet.topic.name)).toEqual(tally(current.flatMap((file) => file.topics)));
    expect(tallied(providers, (facet) => facet.provider.domain)).toEqual(
      tally(current.map((file) => file.provider.domain)),
    );
    expect(good.totalCount).toBe(current.filter((file) => (file.quality ?? 0) >= 60).length);
    const heats = current.map((file) => file.heat ?? Number.NEGATIVE_INFINITY).sort((a, b) => b - a);
    expect(hottest.nodes.map((node: { heat: number }) => node.heat)).toEqual(heats.slice(0, 10));
  });

  test('both parts together take nothing from one another', async () => {
    await database.reset();
    const files = (await Promise.all(PARTS.map(filesOf))).flat();
    expect(await sync(database, [CORPUS])).toMatchObject({ added: files.length, rejected: [] });
    const { articles } = await serve(database).data('{ articles { totalCount } }');
    expect(articles.totalCount).toBe(currentOf(files).size);
  });
});

interface Facet {
  readonly count: number;
  readonly value: string;
  readonly topic: { readonly name: string };
  readonly provider: { readonly domain: string };
}

function tallied(facets: Facet[], nameOf: (facet: Facet) => string): Record<string, number> {
  return Object.fromEntries(facets.map((facet) => [nameOf(facet), facet.count]));
}

function tally(names: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** The addresses of the whole anonymous feed, page by page. */
async function feedOf(database: TestDatabase): Promise<string[]> {
  const reader = serve(database, { anonymous: 'PUBLISHED' });
  const feed: string[] = [];
  let after: string | null = null;
  do {
    const {
      articles,
    }: { articles: { nodes: { webUrl: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } } =
      await reader.data(
        'query ($after: String) { articles(first: 50, after: $after) { nodes { webUrl } pageInfo { hasNextPage endCursor } } }',
        { after },
      );
    feed.push(...articles.nodes.map((node) => node.webUrl));
    after = articles.pageInfo.hasNextPage ? articles.pageInfo.endCursor : null;
  } while (after !== null);
  return feed;
}
