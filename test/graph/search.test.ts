import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'drizzle-orm';
import fc from 'fast-check';
import { sync } from '../../src/content/sync.ts';
import { rowsOf } from '../../src/db/database.ts';
import type { TestServer } from '../harness/client.ts';
import { engines, serve, type TestDatabase } from '../harness/engines.ts';
import { article, entry, type TestFolder, testFolder } from '../harness/files.ts';

/** `FC_RUNS=1000 npm test -- search` looks longer. A failure prints its seed; `FC_SEED` replays it. */
const parameters = (runs: number) => ({
  numRuns: Number(process.env['FC_RUNS'] ?? runs),
  ...(process.env['FC_SEED'] && { seed: Number(process.env['FC_SEED']) }),
});

const SEARCH = `query ($query: String!, $first: Int, $after: String, $where: ArticleWhere) {
  search(query: $query, first: $first, after: $after, where: $where) {
    totalCount
    edges { cursor score snippet node { id title } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    facets {
      topics { count topic { name } } providers { count provider { domain } }
      types { count value } categories { count value }
    }
  }
}`;

/** Titles in which a reader may mistype any longer word. */
const HEADLINES = [
  'Kubernetes cluster survives meteorite impact',
  'Microsoft acquires a quantum laboratory',
  'Electric bicycles conquer Amsterdam harbour',
  'Parliament debates whistleblower protection',
  'Samsung announces its new Galaxy watch',
];

/** One title each, with what is said of it beside the ordinary. */
const STORIES: readonly (readonly [title: string, fields?: object])[] = [
  ...HEADLINES.map((title) => [title] as const),
  ['Volcano wakes in Iceland', { excerpt: 'Nobody was hurt.', publishedDateTime: '2023-03-01T00:00:00Z' }],
  ['Iceland braces itself', { excerpt: 'The volcano is awake.', publishedDateTime: '2023-04-01T00:00:00Z' }],
  ['The night train to Vienna', { excerpt: 'It leaves at ten.' }],
  ['A train for a sleepless night', { excerpt: 'It never leaves.' }],
  ['Cafés of Málaga'],
  ['Fiancee signs naive facade'],
  ['Marathon runners were running for hours'],
  ['Photovoltaic roofs'],
  ['Sunday papers', { publishedDateTime: '2023-01-01T00:00:00Z' }],
  ['Sunday papers', { publishedDateTime: '2023-02-01T00:00:00Z' }],
  ['<script>alert("x")</script> Vec<T> & friends', { excerpt: 'Of <b>generics</b> and <mark>markers</mark>.' }],
  ['A private \uE000marker\uE001 of nobody', { excerpt: null }],
  ['Only 100% cotton', { excerpt: 'Some snake_case, a C:\\path and a query:*.' }],
  ['שלום עולם, says the browser', { excerpt: 'מימין לשמאל' }],
  ['Rocket 🚀 launched'],
];

/** Articles that one word finds all of: their numbers tell what they are. */
const CHRONICLES = Array.from({ length: 14 }, (_, i) => ({
  name: `chronicle-${i}`,
  title: `Chronicle of the year ${1900 + i}`,
  // Every three share a second: they tie, as their titles are alike.
  publishedDateTime: `2022-05-10T13:42:${String(Math.floor(i / 3)).padStart(2, '0')}Z`,
  type: i % 3 === 0 ? 'video' : 'article',
  category: i % 4 === 0 ? 'history' : 'news',
  quality: i * 10,
  published: i % 2 === 0,
  provider: i % 5 === 0 ? { name: 'Annals', domain: 'annals.example' } : { name: 'Example', domain: 'example.com' },
  topics: i % 2 === 0 ? ['Past', 'Time'] : ['Time'],
  images: i % 7 === 0 ? [{ url: `https://example.com/${i}.png` }] : [],
}));

type Chronicle = (typeof CHRONICLES)[number];

/** What may be asked of them, in the words of the API and in ours. */
const CONDITIONS: readonly (readonly [where: object, holds: (chronicle: Chronicle) => boolean])[] = [
  [{}, () => true],
  [{ type: { eq: 'VIDEO' } }, ({ type }) => type === 'video'],
  [{ category: { ne: 'news' } }, ({ category }) => category !== 'news'],
  [{ quality: { gte: 70 } }, ({ quality }) => quality >= 70],
  [{ published: { eq: false } }, ({ published }) => !published],
  [{ hasImage: true }, ({ images }) => images.length > 0],
  [{ provider: { domain: { eq: 'annals.example' } } }, ({ provider }) => provider.domain === 'annals.example'],
  [{ topics: { none: { slug: { eq: 'past' } } } }, ({ topics }) => !topics.includes('Past')],
  [{ publishedDateTime: { gt: '2022-05-10T13:42:02Z' } }, ({ publishedDateTime: at }) => at > '2022-05-10T13:42:02Z'],
  [{ NOT: { type: { eq: 'VIDEO' } } }, ({ type }) => type !== 'video'],
  [{ OR: [{ quality: { eq: 0 } }, { quality: { eq: 130 } }] }, ({ quality }) => [0, 130].includes(quality)],
  [{ isStub: { eq: true } }, () => false],
];

/** By words, and by spelling. */
const BOTH_MODES = ['chronicle', 'chornicle'];

/** Each of these stands for what no search should choke on. `%s` titles are their names. */
const HOSTILE: readonly (readonly [what: string, text: string])[] = [
  ['the empty string', ''],
  ['white space', ' \t\n\u00a0\u3000 '],
  ['only stop words', 'the of and a to or'],
  ['only punctuation', '.,;:!?…()[]{}<>«»“”'],
  ['wildcards', '% _ * ? .*'],
  ['operators', '& | ! <-> <2> :* :A ( ) a & | b !'],
  ['unbalanced brackets', '(((( a ) b (('],
  ['one quote', '"'],
  ['an odd number of quotes', '"night train" "volcano'],
  ['single quotes and backslashes', `' '' \\ \\' \\\\ E'\\x00' $$ $1 ; -- /*`],
  ['emoji', '🚀👩‍👩‍👧‍👦🏳️‍🌈'],
  ['right-to-left text', '\u202eשלום\u202c مرحبا'],
  ['combining marks without a letter', '\u0301\u0302 \u20dd'],
  ['signs that unaccent makes several letters of', '½ ŉ ß Œ ﬁ ㎏ № ™'],
  ['minuses', '- -- --- -\u0301 -! -( -" -\u200b'.repeat(40)],
  ['minuses only, 16 KB', '-'.repeat(16_384)],
  ['minuses apart, 16 KB', '- '.repeat(8_192)],
  ['16 KB of words', 'volcano train night '.repeat(819)],
  ['10 KB of different words', Array.from({ length: 1_700 }, (_, i) => `w${i}`).join(' ')],
  ['10 KB of words, all to be left out', '-train '.repeat(1_460)],
  ['10 KB of choices', 'train or '.repeat(1_137)],
  ['10 KB of phrases', '"night train" '.repeat(731)],
  ['one phrase of 10 KB', `"${'night train '.repeat(850)}"`],
  ['one word of 10 KB', 'x'.repeat(10_240)],
  ['one word of 16,384 letters of four bytes each', '𝒳'.repeat(8_192)],
  ['one hyphenated word of 10 KB', 'night-train-'.repeat(850)],
  ['one address of 10 KB', `https://example.com/${'night/'.repeat(1_700)}`],
];

interface Edge {
  cursor: string;
  score: number;
  snippet: string;
  node: { id: string; title: string };
}

interface Found {
  totalCount: number;
  edges: Edge[];
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  facets: Record<'topics' | 'providers' | 'types' | 'categories', object[]>;
}

type Slip = (word: string, at: number) => string;

/** What fingers do: each changes the letter at a place within the word, or what is next to it. */
const SLIPS: Readonly<Record<string, Slip>> = {
  missing: (word, at) => word.slice(0, at) + word.slice(at + 1),
  doubled: (word, at) => word.slice(0, at) + word.slice(at, at + 1) + word.slice(at),
  wrong: (word, at) => word.slice(0, at) + (word[at] === 'e' ? 'r' : 'e') + word.slice(at + 1),
  swapped: (word, at) =>
    word.slice(0, at) +
    word
      .slice(at, at + 2)
      .split('')
      .reverse()
      .join('') +
    word.slice(at + 2),
};

const slips = fc
  .record({ headline: fc.constantFrom(...HEADLINES), kind: fc.constantFrom(...Object.keys(SLIPS)), at: fc.nat() })
  .chain(({ headline, kind, at }) =>
    fc
      .constantFrom(...headline.split(' ').filter((word) => word.length >= 6))
      .map((word) => ({ headline, typed: (SLIPS[kind] as Slip)(word, at % (word.length - 1)) })),
  );

/** Any characters, and the signs that mean something to some parser more often than chance would have it. */
const texts = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('"', '-', ' ', ' or ', ':*', '&', '|', '!', '<->', '(', ')', "'", '\\', '%', '_', ' train ', 'é'),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join('').replaceAll('\0', ''));

/** The text of a snippet, as a browser shows it. */
function shown(snippet: string): string {
  const entities: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'" };
  return snippet.replace(/<\/?mark>/g, '').replace(/&[#\w]+;/g, (entity) => entities[entity] ?? entity);
}

function countsOf(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

describe.each(engines)('search on %s', (_name, open) => {
  let database: TestDatabase;
  let server: TestServer;
  let folder: TestFolder;

  beforeAll(async () => {
    database = await open();
    server = serve(database);
    folder = await testFolder();
    for (const [i, [title, fields]] of STORIES.entries()) {
      const related = i === 0 ? [entry('ghost', { title: 'Ghostwriter unmasked' })] : [];
      const name = `story-${i}`;
      await folder.write(`${name}.md`, article(name, { title, excerpt: 'It was a day as any.', related, ...fields }));
    }
    for (const { name, ...fields } of CHRONICLES) await folder.write(`${name}.md`, article(name, fields));
    const { rejected } = await sync(database, [folder.path]);
    expect(rejected).toEqual([]);
  });

  afterAll(async () => {
    await database.close();
    await folder.dispose();
  });

  async function search(query: string, variables: object = {}): Promise<Found> {
    return (await server.data(SEARCH, { query, first: 100, ...variables })).search;
  }

  async function titles(query: string, variables: object = {}): Promise<string[]> {
    return (await search(query, variables)).edges.map(({ node }) => node.title);
  }

  describe('words', () => {
    test('every word must be there, in the title or the excerpt, in any sequence and case', async () => {
      expect(await titles('VIENNA train')).toEqual(['The night train to Vienna']);
      expect(await titles('leaves vienna')).toEqual(['The night train to Vienna']);
      expect(await titles('vienna amsterdam')).toEqual([]);
    });

    test('"exact phrase" wants the words next to each other', async () => {
      expect((await titles('night train')).toSorted()).toEqual([
        'A train for a sleepless night',
        'The night train to Vienna',
      ]);
      expect(await titles('"night train"')).toEqual(['The night train to Vienna']);
    });

    test('`or` is satisfied by either', async () => {
      expect((await titles('vienna or amsterdam')).toSorted()).toEqual([
        'Electric bicycles conquer Amsterdam harbour',
        'The night train to Vienna',
      ]);
    });

    test('-without leaves out what holds a word, and -"a phrase" what holds a phrase', async () => {
      expect(await titles('train -vienna')).toEqual(['A train for a sleepless night']);
      expect(await titles('train -"night train"')).toEqual(['A train for a sleepless night']);
    });

    test('a minus that stands before nothing is punctuation, as is a double one', async () => {
      expect(await titles('train - vienna')).toEqual(['The night train to Vienna']);
      expect(await titles('train --vienna')).toEqual(['The night train to Vienna']);
    });

    test.each([
      ['cafes malaga', 'Cafés of Málaga'],
      ['CAFÉS MÁLAGA', 'Cafés of Málaga'],
      ['cafe\u0301s', 'Cafés of Málaga'],
      ['fiancée naïve façade', 'Fiancee signs naive facade'],
    ])('accents do not matter, neither those typed nor those printed: %s', async (query, title) => {
      expect(await titles(query)).toEqual([title]);
    });

    test.each([
      ['run', 'Marathon runners were running for hours'],
      ['marathons hour', 'Marathon runners were running for hours'],
      ['roof', 'Photovoltaic roofs'],
      ['announcing', 'Samsung announces its new Galaxy watch'],
    ])('endings do not matter: %s', async (query, title) => {
      expect(await titles(query)).toEqual([title]);
    });

    test.each([
      ['photovol', 'Photovoltaic roofs'],
      ['roofs phot', 'Photovoltaic roofs'],
      ['vienna or photov', 'Photovoltaic roofs'],
      ['runni', 'Marathon runners were running for hours'],
      ['málag', 'Cafés of Málaga'],
    ])('the last word may be unfinished: %s', async (query, title) => {
      expect(await titles(query)).toContain(title);
    });

    test('a word in quotes is finished', async () => {
      const found = await search('"photovol"');
      expect(found.edges.filter(({ snippet }) => snippet.includes('<mark>'))).toEqual([]);
    });
  });

  describe('misspellings', () => {
    test.each([
      ['kuberentes', 0],
      ['meterorite', 0],
      ['Microsfot', 1],
      ['quantm labratory', 1],
      ['bicyles', 2],
      ['amsterdamm harbuor', 2],
      ['parliment', 3],
      ['wistleblower', 3],
      ['samsumg watch', 4],
      ['gallaxy anounces', 4],
    ])(
      'a typing error finds the title that was meant, though other words stand between: %s',
      async (typed, headline) => {
        expect((await titles(typed))[0]).toBe(HEADLINES[headline]);
      },
    );

    test('any one letter of a longer word may be missing, doubled, wrong or swapped with the next', async () => {
      await fc.assert(
        fc.asyncProperty(slips, async ({ headline, typed }) => {
          expect(await titles(typed)).toContain(headline);
        }),
        parameters(60),
      );
    });

    test('what is spelled right is not looked for by its spelling', async () => {
      expect(await titles('galaxy')).toEqual([HEADLINES[4]]);
      expect(await titles('cluster galaxy')).toEqual([]);
    });

    test.each(['zzyzxqwv', 'bat', 'xqzt', 'trombone'])('what is like nothing finds nothing: %s', async (typed) => {
      expect(await search(typed)).toMatchObject({ totalCount: 0, edges: [], facets: { types: [] } });
    });

    test('-without holds for misspelled searches too', async () => {
      expect(await titles('samsumg')).toEqual([HEADLINES[4]]);
      expect(await titles('samsumg -galaxy')).toEqual([]);
      expect(await titles('samsumg -bicycles')).toEqual([HEADLINES[4]]);
    });

    test('the connection is left as it was, whoever uses it next', async () => {
      await titles('samsumg');
      const setting = sql`select current_setting('pg_trgm.strict_word_similarity_threshold', true) as threshold`;
      const [row] = await rowsOf<{ threshold: string | null }>(database.drizzle, setting);
      expect(['0.5', '', null]).toContain(row?.threshold);
    });
  });

  describe('rank', () => {
    test('of two equal matches the younger comes first', async () => {
      const { edges } = await search('sunday papers');
      const ids = edges.map(({ node }) => node.id);
      const { articles } = await server.data(
        '{ articles(first: 100, orderBy: NEWEST) { nodes { id title publishedDateTime } } }',
      );
      const papers = articles.nodes.filter(({ title }: { title: string }) => title === 'Sunday papers');
      expect(papers).toHaveLength(2);
      expect(ids).toEqual(papers.map(({ id }: { id: string }) => id));
    });

    test('a match in the title comes before one in the excerpt of a somewhat younger article', async () => {
      expect(await titles('volcano')).toEqual(['Volcano wakes in Iceland', 'Iceland braces itself']);
    });

    test.each(BOTH_MODES)('hits are in the sequence of their scores, which the edges tell: %s', async (query) => {
      const scores = (await search(query)).edges.map(({ score }) => score);
      expect(scores).toHaveLength(CHRONICLES.length);
      expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      expect(new Set(scores).size).toBeGreaterThan(1);
    });

    test('one more in the score is a year younger', async () => {
      const [younger, older] = (await search('sunday papers')).edges as [Edge, Edge];
      expect(younger.score - older.score).toBeCloseTo(31 / 365, 6);
    });
  });

  describe('snippets', () => {
    test('what was found is marked, in title and excerpt', async () => {
      const [hit] = (await search('volcano iceland')).edges;
      expect(hit?.snippet).toBe('<mark>Volcano</mark> wakes in <mark>Iceland</mark> · Nobody was hurt.');
    });

    test('an unfinished word is marked too, even within its ending', async () => {
      expect((await search('photovol')).edges[0]?.snippet).toContain('<mark>Photovoltaic</mark>');
      expect((await search('runni')).edges[0]?.snippet).toContain('<mark>running</mark>');
    });

    test.each(['friends', 'freinds'])('markup in a title or an excerpt is text: %s', async (query) => {
      const [hit] = (await search(query)).edges;
      const snippet = hit?.snippet.replace('<mark>friends</mark>', 'friends');
      expect(snippet).toBe(
        '&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; Vec&lt;T&gt; &amp; friends · ' +
          'Of &lt;b&gt;generics&lt;/b&gt; and &lt;mark&gt;markers&lt;/mark&gt;.',
      );
    });

    test('no text can bring marks of its own', async () => {
      expect((await search('private')).edges[0]?.snippet).toBe('A <mark>private</mark> marker of nobody');
      expect((await search('pirvate')).edges[0]?.snippet).toBe('A private marker of nobody');
    });
  });

  describe('pages', () => {
    test('any page size, by words and by spelling, gives each hit once, in order', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...BOTH_MODES),
          fc.integer({ min: 1, max: CHRONICLES.length + 1 }),
          fc.constantFrom(...CONDITIONS),
          async (query, first, [where]) => {
            const all = await search(query, { where });
            const seen: Edge[] = [];
            let page: Found;
            do {
              page = await search(query, { first, where, after: seen.at(-1)?.cursor ?? null });
              expect(page.pageInfo).toEqual({
                hasNextPage: seen.length + page.edges.length < all.edges.length,
                hasPreviousPage: seen.length > 0,
                startCursor: page.edges[0]?.cursor ?? null,
                endCursor: page.edges.at(-1)?.cursor ?? null,
              });
              seen.push(...page.edges);
            } while (page.pageInfo.hasNextPage);
            expect(seen).toEqual(all.edges);
          },
        ),
        parameters(15),
      );
    });

    test('total and facets are those of all hits, on every page', async () => {
      for (const query of BOTH_MODES) {
        const all = await search(query);
        for (const after of [null, all.edges[4]?.cursor]) {
          const page = await search(query, { first: 3, after });
          expect(page.totalCount).toBe(CHRONICLES.length);
          expect(page.facets).toEqual(all.facets);
        }
      }
    });

    test.each(BOTH_MODES)('a page of nothing tells whether something is found: %s', async (query) => {
      const { edges, totalCount, pageInfo } = await search(query, { first: 0 });
      expect({ edges, totalCount, pageInfo }).toEqual({
        edges: [],
        totalCount: CHRONICLES.length,
        pageInfo: { hasNextPage: true, hasPreviousPage: false, startCursor: null, endCursor: null },
      });
    });

    test('a cursor belongs to the text that was searched for', async () => {
      const [hit] = (await search('chronicle')).edges;
      const { articles } = await server.data('{ articles(first: 1) { pageInfo { endCursor } } }');
      for (const [query, after] of [
        ['chronicles', hit?.cursor],
        ['Chronicle', hit?.cursor],
        ['chornicle', hit?.cursor],
        ['chronicle', articles.pageInfo.endCursor],
      ]) {
        expect(await server.ask(SEARCH, { query, after })).toMatchObject({
          status: 400,
          errors: [{ extensions: { code: 'BAD_USER_INPUT', argumentPath: ['search', 'after'] } }],
        });
      }
    });
  });

  describe('filters', () => {
    test.each(BOTH_MODES)('hits, total and facets are of what `where` is true of: %s', async (query) => {
      for (const [where, holds] of CONDITIONS) {
        const expected = CHRONICLES.filter(holds);
        const { edges, totalCount, facets } = await search(query, { where });
        expect(edges.map(({ node }) => node.title).toSorted()).toEqual(expected.map(({ title }) => title));
        expect(totalCount).toBe(expected.length);
        const counted = (values: string[], entries: [string, number][]) =>
          expect(new Map(entries)).toEqual(countsOf(values));
        const { providers, topics, types, categories } = facets as never as Record<string, FacetEntry[]>;
        counted(
          expected.map(({ provider }) => provider.domain),
          providers?.map(({ provider, count }) => [provider?.domain ?? '', count]) ?? [],
        );
        counted(
          expected.flatMap((chronicle) => chronicle.topics),
          topics?.map(({ topic, count }) => [topic?.name ?? '', count]) ?? [],
        );
        counted(
          expected.map(({ type }) => type.toUpperCase()),
          types?.map(({ value, count }) => [value ?? '', count]) ?? [],
        );
        counted(
          expected.map(({ category }) => category),
          categories?.map(({ value, count }) => [value ?? '', count]) ?? [],
        );
      }
    });

    test('stubs are never found, by words or by spelling, asked for or not', async () => {
      for (const query of ['ghostwriter', 'ghostwirter', 'unmasked']) {
        expect(await titles(query)).toEqual([]);
        expect(await titles(query, { where: { isStub: { eq: true } } })).toEqual([]);
      }
    });

    test('drafts are found in the preview only', async () => {
      const reader = serve(database, { anonymous: 'PUBLISHED' });
      for (const query of BOTH_MODES) {
        const { search: found } = await reader.data(SEARCH, { query, first: 100 });
        expect(found.totalCount).toBe(CHRONICLES.filter(({ published }) => published).length);
        expect(found.edges).toHaveLength(found.totalCount);
      }
    });
  });

  describe('user text', () => {
    test.each(HOSTILE)('%s is answered', async (_what, query) => {
      const { edges, totalCount } = await search(query);
      expect(edges).toHaveLength(totalCount);
    });

    test.each(['', '%', '_', '*', ':*', '!', '|', '&', '<->', '"', '-', '--', '\\', "'"])(
      'a sign alone finds nothing: "%s"',
      async (query) => {
        expect(await search(query)).toMatchObject({ totalCount: 0, edges: [] });
      },
    );

    test.each([
      ['100%', 'Only 100% cotton'],
      ['c:\\path', 'Only 100% cotton'],
      ['snake_case', 'Only 100% cotton'],
      ['query:*', 'Only 100% cotton'],
      ['! cotton', 'Only 100% cotton'],
      ['cotton & | !', 'Only 100% cotton'],
      ['(cotton', 'Only 100% cotton'],
      ['cotton <-> only', 'Only 100% cotton'],
      ['"cotton', 'Only 100% cotton'],
      ["cotton'", 'Only 100% cotton'],
      ['🚀 rocket', 'Rocket 🚀 launched'],
      ['שלום', 'שלום עולם, says the browser'],
      ['עול', 'שלום עולם, says the browser'],
    ])('signs mean nothing beside words: %s', async (query, title) => {
      expect(await titles(query)).toEqual([title]);
    });

    test('16,384 characters are searched for, and one more is refused', async () => {
      expect(await titles('x'.repeat(16_384))).toEqual([]);
      expect(await server.ask(SEARCH, { query: 'x'.repeat(16_385) })).toMatchObject({
        status: 400,
        errors: [{ extensions: { code: 'BAD_USER_INPUT', argumentPath: ['search', 'query'] } }],
      });
    });

    test.each([
      ['NUL', 'a\0b'],
      ['half of a surrogate pair', 'a\ud800b'],
    ])('%s is no text', async (_what, query) => {
      expect(await server.ask(SEARCH, { query })).toMatchObject({
        status: 400,
        errors: [{ extensions: { code: 'BAD_USER_INPUT', argumentPath: ['search', 'query'] } }],
      });
    });

    test('any other text is answered, with snippets of what its hits say and no markup but marks', async () => {
      const said = STORIES.map(([title, fields]) =>
        [title, Object(fields).excerpt ?? 'It was a day as any.'].join(' · '),
      );
      said.push(...CHRONICLES.map(({ name, title }) => `${title} · ${entry(name).excerpt}`));
      const isSaid = (text: string) => said.some((whole) => whole.replace(/[\uE000\uE001]/g, '').includes(text.trim()));
      await fc.assert(
        fc.asyncProperty(texts, async (query) => {
          const { edges, totalCount } = await search(query);
          expect(edges).toHaveLength(totalCount);
          for (const { snippet } of edges) {
            expect(snippet.replace(/<\/?mark>/g, '')).not.toMatch(/[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/);
            expect([shown(snippet), isSaid(shown(snippet))]).toEqual([shown(snippet), true]);
          }
        }),
        parameters(150),
      );
    });
  });
});

interface FacetEntry {
  readonly count: number;
  readonly value?: string;
  readonly provider?: { readonly domain: string };
  readonly topic?: { readonly name: string };
}
