import fc from 'fast-check';
import { sync } from '../../src/content/sync.ts';
import type { TestServer } from './client.ts';
import type { TestDatabase } from './engines.ts';
import { article, entry, type TestFolder, testFolder } from './files.ts';

/** `FC_RUNS=1000 npm test -- filters` looks longer. A failure prints its seed; `FC_SEED` replays it. */
export const parameters = (runs: number) => ({
  numRuns: Number(process.env['FC_RUNS'] ?? runs),
  ...(process.env['FC_SEED'] && { seed: Number(process.env['FC_SEED']) }),
});

/** Two of them share a name, and one spells its own in two ways. */
export const PROVIDERS = [
  { name: 'The Times', domain: 'times.example' },
  { name: 'The Times', domain: 'thetimes.example' },
  { name: 'Ábaco', domain: 'abaco.example', images: [{ url: 'https://abaco.example/logo.png' }] },
  { name: 'abaco', domain: 'ABACO.example' },
  { name: 'zebra', domain: 'zebra.example' },
  { name: 'Zeit & Co', domain: 'zeit.example' },
];

/** Each with its slug: some are one topic in several spellings. */
export const TOPICS: Readonly<Record<string, string>> = {
  AI: 'ai',
  'AI Hardware': 'ai-hardware',
  'ai hardware': 'ai-hardware',
  Café: 'cafe',
  CAFE: 'cafe',
  'C++': 'c-plus-plus',
  zoo: 'zoo',
};

/** The last holds all that means something in a list of PostgreSQL, or in SQL. */
const CATEGORIES = ['news', 'News', 'tech', '{"a\\b\'c", NULL}'];

const DATES = [
  '2023-05-10T00:00:00Z',
  '2023-05-11T00:00:00Z',
  '2023-05-11T02:00:00+02:00',
  '2023-05-12T00:00:00Z',
  '2023-05-12T00:00:00.001Z',
  '2021-12-31T23:59:59Z',
];

const TYPES = ['article', 'video', 'podcast', 'livestream'];
const QUALITIES = [undefined, 0, 50, 85];
const images = (names: readonly string[]) => names.map((name) => ({ url: `https://images.example/${name}.png` }));

/** Known only by the related lists that they are in. The last provider has no other articles. */
const STUBS = Array.from({ length: 5 }, (_, i) =>
  entry(`stub-${i}`, {
    provider: [...PROVIDERS, { name: 'Stubs only', domain: 'stubs.example' }].at(-1 - i),
    publishedDateTime: DATES[i],
    type: TYPES[i % 3],
    quality: QUALITIES[i % 4],
    images: images(i % 2 === 0 ? ['a'] : []),
  }),
);

const COUNT = 32;

const LISTABLE = [...Array.from({ length: COUNT }, (_, i) => entry(`story-${i}`)), ...STUBS];

const fields = fc.record({
  provider: fc.constantFrom(...PROVIDERS),
  topics: fc.subarray(Object.keys(TOPICS), { maxLength: 4 }),
  category: fc.constantFrom(undefined, ...CATEGORIES),
  publishedDateTime: fc.constantFrom(...DATES),
  type: fc.constantFrom(...TYPES),
  quality: fc.constantFrom(...QUALITIES),
  heat: fc.constantFrom(undefined, -1, 0, 1, 2, 3, 4, 100),
  published: fc.boolean(),
  images: fc.subarray(['a', 'b', 'c']).map(images),
  related: fc.subarray(LISTABLE, { maxLength: 5 }),
});

/** As old and as new as articles can be, and what by TRENDING is one apart, or ties. */
const EXAMPLES = [
  article('oldest', { heat: 1, publishedDateTime: '0001-01-01T00:00:00Z', related: LISTABLE.slice(0, 2) }),
  article('newest', { heat: undefined, publishedDateTime: '9999-12-31T23:59:59.999Z', related: STUBS }),
  article('warm', { heat: 2, publishedDateTime: '2023-05-11T00:00:00Z' }),
  article('hot', { heat: 4, publishedDateTime: '2023-05-11T00:00:00Z' }),
  article('fresh', { heat: 2, publishedDateTime: '2023-05-12T00:00:00Z' }),
];

/** Some forty articles, the same in every run: of everything that can be absent, some have it, and many things tie. */
export const NEWSROOM: readonly object[] = [
  ...fc.sample(fields, { seed: 7, numRuns: COUNT }).map((some, i) => article(`story-${i}`, some)),
  ...EXAMPLES,
];

/** Syncs the newsroom, from a folder that ends with all tests. */
export async function fillNewsroom(database: TestDatabase): Promise<TestFolder> {
  const folder = await testFolder();
  // Copied, no two places share an object, which YAML would write as an anchor.
  const copies: object[] = JSON.parse(JSON.stringify(NEWSROOM));
  await Promise.all(copies.map((document, i) => folder.write(`${i}.md`, document)));
  const { rejected } = await sync(database, [folder.path]);
  if (rejected.length > 0) throw new Error(JSON.stringify(rejected));
  return folder;
}

export interface Named {
  readonly id: string;
  readonly name: string;
  readonly articleCount: number;
}

export interface Provider extends Named {
  readonly domain: string;
}

export interface Topic extends Named {
  readonly slug: string;
}

/** An article as the API gives it. */
export interface Story {
  readonly id: string;
  readonly type: string;
  readonly category: string | null;
  readonly publishedDateTime: string;
  readonly quality: number | null;
  readonly heat: number | null;
  readonly trending: { readonly score: number; readonly halfLifeHours: number } | null;
  readonly published: boolean;
  readonly isStub: boolean;
  readonly provider: Provider;
  readonly topics: readonly Topic[];
  readonly images: readonly { readonly id: string }[];
  readonly related: { readonly nodes: readonly { readonly id: string }[] };
  readonly relatedBy: { readonly nodes: readonly { readonly id: string }[] };
}

/** Every article, stubs included, asked for without a filter. */
export async function storiesOf(server: TestServer): Promise<Story[]> {
  const { articles } = await server.data(`{ articles(first: 100, includeStubs: true) { nodes {
    id type category publishedDateTime quality heat trending { score halfLifeHours } published isStub
    provider { id domain name articleCount } topics { id slug name articleCount } images { id }
    related(first: 100) { nodes { id } } relatedBy(first: 100) { nodes { id } }
  } } }`);
  return articles.nodes;
}

/** A list as a connection gives it. */
export interface Listed {
  readonly totalCount: number;
  readonly nodes: readonly { readonly id: string }[];
}

export const idsOf = ({ nodes }: Pick<Listed, 'nodes'>) => nodes.map(({ id }) => id);

/** Of a query for `walk`. */
export const PAGE_VARIABLES = '$first: Int, $after: String, $last: Int, $before: String';
export const PAGE_ARGUMENTS = 'first: $first, after: $after, last: $last, before: $before';
export const PAGE = 'totalCount nodes { id } pageInfo { hasNextPage endCursor hasPreviousPage startCursor }';

interface Page extends Listed {
  readonly pageInfo: Readonly<Record<'hasNextPage' | 'hasPreviousPage', boolean>> &
    Readonly<Record<'endCursor' | 'startCursor', string>>;
}

/** The ids in a list by its pages: onward from its start, and back from its end. */
export async function walk(read: (page: object) => Promise<Page>, size: number): Promise<[string[], string[]]> {
  const onward: string[] = [];
  for (let after: string | null | undefined; after !== null; ) {
    const { nodes, pageInfo } = await read({ first: size, after });
    onward.push(...idsOf({ nodes }));
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
  }
  const back: string[] = [];
  for (let before: string | null | undefined; before !== null; ) {
    const { nodes, pageInfo } = await read({ last: size, before });
    back.unshift(...idsOf({ nodes }));
    before = pageInfo.hasPreviousPage ? pageInfo.startCursor : null;
  }
  return [onward, back];
}

/** What breaks the last tie. */
export const uuidOf = (id: string) => Buffer.from(id, 'base64url').toString().split(':')[1] as string;

/** A name without its case and accents. */
export const plain = (name: string) =>
  name
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase();
