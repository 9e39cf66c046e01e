import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { execute, parse } from 'graphql';
import { sync } from '../../../src/content/sync.ts';
import type { QueryOptions } from '../../../src/db/database.ts';
import { ContentMoved } from '../../../src/db/reading.ts';
import { schema } from '../../../src/graph/schema.ts';
import { toText } from '../../../src/lib/utf8.ts';
import type { GraphContext } from '../../../src/loaders/context.ts';
import { Deadline } from '../../../src/operation/deadline.ts';
import { Plans } from '../../../src/operation/plans.ts';
import { Snapshots } from '../../../src/operation/snapshots.ts';
import { engines, serve, type TestDatabase } from '../../harness/engines.ts';
import { article, type TestFolder, testFolder } from '../../harness/files.ts';
import { fillNewsroom, parameters, storiesOf } from '../../harness/newsroom.ts';

/** What JSON, SQL or the marks of a written text might take for their own. */
const NASTY = `"quoted" \\ 'single' {"a":1} $1 %s \t tab \n line \u0001 1:x \u0002 \u007f \u2028 é 漢 🗞️ </script>`;

const ARTICLE_LEAVES =
  'id title excerpt category type publishedDateTime webUrl originalUrl ampWebUrl cdnAmpWebUrl quality heat published isStub';

/** Some of these, each now and then under another name, never none. */
const some = (...fields: readonly fc.Arbitrary<string>[]) =>
  fc.tuple(...fields.map((field) => fc.option(field, { freq: 2 })), fc.nat()).map((parts) => {
    const chosen = parts.slice(0, -1).filter((part) => part !== null) as string[];
    return chosen.length === 0 ? 'id' : chosen.map((field, i) => aliased(field, i, Number(parts.at(-1)))).join(' ');
  });
const aliased = (field: string, i: number, seed: number) => ((seed >> i) % 4 === 0 ? `other${i}: ${field}` : field);
const leaves = (names: string) => names.split(' ').map((name) => fc.constant(name));
const first = fc.constantFrom('', '(first: 0)', '(first: 1)', '(first: 3)', '(first: $n)', '(first: null)');

const provider = some(...leaves('id name domain articleCount')).map((fields) => `provider { ${fields} }`);
const topics = some(...leaves('id name slug articleCount')).map((fields) => `topics { ${fields} }`);
const images = fc
  .tuple(first, some(...leaves('id url width height isCached title')))
  .map(([size, fields]) => `images${size} { ${fields} }`);
const plainArticle = some(...leaves(ARTICLE_LEAVES), provider, topics, images);
/** The related list of a story, which tells so many levels further. */
const related = (levels: number): fc.Arbitrary<string> =>
  fc.tuple(first, levels === 0 ? plainArticle : story(levels), fc.constantFrom('nodes', 'edges', 'both')).map(
    ([size, fields, shape]) =>
      ({
        nodes: `related${size} { nodes { ${fields} } }`,
        edges: `related${size} { edges { position node { ${fields} } } }`,
        both: `related${size} { nodes { title } edges { node { ${fields} } other: position } more: nodes { id ${fields} } }`,
      })[shape],
  );
const story = (levels: number): fc.Arbitrary<string> =>
  some(...leaves(ARTICLE_LEAVES), provider, topics, images, related(levels - 1), related(levels - 1));

const pageInfo = some(...leaves('hasNextPage hasPreviousPage startCursor endCursor')).map(
  (fields) => `pageInfo { ${fields.replaceAll(/(?:other\d+: )?\bid\b/g, 'hasNextPage')} }`,
);
const connection = (edge: string) =>
  fc
    .tuple(
      fc.boolean(),
      edge === '' ? fc.oneof(plainArticle, story(3)) : plainArticle,
      fc.option(pageInfo),
      fc.boolean(),
    )
    .map(([asEdges, fields, page, spread]) =>
      [
        page,
        asEdges ? `edges { ${edge} node { ...F } }` : `nodes { ${spread ? `...F` : fields} }`,
        'pageInfo { endCursor }',
        `| fragment F on Article { ${fields} }`,
      ].join(' '),
    );
const listArguments = fc.record({
  first: fc.constantFrom('$n', '0', '1', '7', '100'),
  orderBy: fc.constantFrom('NEWEST', 'OLDEST', 'HEAT', 'QUALITY', 'TRENDING'),
  includeStubs: fc.boolean(),
});
const list = fc
  .tuple(listArguments, connection(''), fc.boolean())
  .map(
    ([args, fields, withTotal]) =>
      `articles(first: ${args.first}, after: $after, orderBy: ${args.orderBy}${withTotal ? '' : `, includeStubs: ${args.includeStubs}`}) { ${withTotal ? 'totalCount' : ''} ${fields}`,
  );

/** `root`, and the fragment that it spreads. */
const closed = (text: string, braces: string) => {
  const [body, fragment = ''] = text.split('|');
  return `query ($n: Int, $after: String) { ${body} ${braces} }${fragment.includes('F') && body?.includes('...F') ? fragment : ''}`;
};

describe.each(engines)('answers that PostgreSQL writes, on %s', (_name, open) => {
  let database: TestDatabase;
  let folder: TestFolder;
  let operations: fc.Arbitrary<string>;

  beforeAll(async () => {
    database = await open();
    await fillNewsroom(database);
    folder = await testFolder();
    // It shares an address, which is more another's, and is the later one.
    const shared = { originalUrl: 'https://example.com/story-1', publishedDateTime: '2024-01-01T00:00:00Z' };
    await folder.write('sharing.md', article('sharing', shared));
    await folder.write(
      'nasty.md',
      article('nasty', {
        title: NASTY,
        excerpt: NASTY,
        images: [{ url: 'https://images.example/n.png', title: NASTY }],
      }),
    );
    await sync(database, [folder.path], { prune: false });
    await database.listen();
    const stories = await storiesOf(serve(database));
    const by = fc.constantFrom(
      ...stories.slice(0, 12).map(({ id }) => `{ id: "${id}" }`),
      ...['story-1', 'nasty', 'stub-1', 'nobody'].map((name) => `{ url: "https://example.com/${name}" }`),
    );
    const owners = fc.constantFrom(
      'topic(by: { slug: "ai" }) { name other: slug',
      'topic(by: { name: "Café" }) { id articleCount',
      'topic(by: { slug: "nothing" }) {',
      'provider(by: { domain: "zebra.example" }) { name domain',
      'provider(by: { domain: "ABACO.example" }) { id',
    );
    const words = fc.constantFrom('story', 'quoted', 'sto', 'story or quoted', '"no such words"');
    operations = fc.oneof(
      fc.tuple(by, story(3)).map(([it, fields]) => closed(`article(by: ${it}) { ${fields}`, '}')),
      list.map((text) => closed(text, '}')),
      fc.tuple(owners, list).map(([owner, text]) => closed(`${owner} ${text}`, '} }')),
      fc
        .tuple(words, fc.oneof(connection('score'), connection('')))
        .map(([text, fields]) =>
          closed(`search(query: ${JSON.stringify(text)}, first: $n, after: $after) { ${fields}`, '}'),
        ),
    );
  });

  afterAll(async () => {
    await database.close();
    await folder.dispose();
  });

  test('are byte for byte what graphql-js makes of the same operation, page after page', async () => {
    const isWritten: boolean[] = [];
    const property = fc.asyncProperty(operations, fc.nat({ max: 9 }), async (text, n) => {
      const answers = answersTo(text);
      let after: string | null | undefined = null;
      for (let page = 0; page < 3 && after !== undefined; page++) {
        const variables = { n, after };
        const { expected, written }: Answers = await answers(variables);
        expect({ text, variables, written: written ?? expected }).toEqual({ text, variables, written: expected });
        isWritten.push(written !== null);
        after = /"endCursor":"([^"]+)"/.exec(expected)?.[1];
      }
    });
    await fc.assert(property, parameters(300));
    const count = isWritten.filter(Boolean).length;
    expect(count).toBeGreaterThan(0.9 * isWritten.length);
  });

  test('take one statement for each root field, however much it gives', async () => {
    const answers = answersTo(`query ($n: Int) {
      article(by: { url: "https://example.com/newest" }) { title images { url } related(first: $n) { nodes { title provider { name } } } }
      topic(by: { slug: "ai" }) { name articles(first: $n) { totalCount pageInfo { endCursor } nodes { title topics { name } images { url } related(first: $n) { nodes { related(first: $n) { edges { node { title } } } } } } } }
      search(query: "story", first: $n) { edges { score node { title provider { domain } } } }
    }`);
    for (const n of [1, 30]) {
      database.statements.length = 0;
      const { expected, written } = await answers({ n });
      expect(written).toBe(expected);
      expect(database.statements.filter((statement) => statement.includes('string_agg'))).toHaveLength(3);
    }
  });

  test('are written however many there are, as the statement that was asked for longest ago makes room', async () => {
    const snapshots = new Snapshots(database);
    const isWritten: boolean[] = [];
    for (let i = 0; i < 250; i++) {
      const { expected, written } = await answersTo(`{ a${i}: articles(first: 1) { nodes { title } } }`, snapshots)({});
      expect(written ?? expected).toBe(expected);
      isWritten.push(written !== null);
    }
    expect(isWritten).toEqual(Array(250).fill(true));
  });

  test.each(['title', 'title related { nodes { title } }'])(
    'are made anew when a commit lands just before their statement: { %s }',
    async (fields) => {
      const commits: (() => Promise<unknown>)[] = [];
      const disturbed = (ask: 'query' | 'raw') => async (text: string, parameters: unknown[], how: QueryOptions) => {
        if (text.includes('string_agg(')) await commits.shift()?.();
        return database[ask](text, parameters, how) as Promise<never[]>;
      };
      const snapshots = new Snapshots({ ...database, query: disturbed('query'), raw: disturbed('raw') });
      const answers = answersTo(`{ articles(first: 3) { nodes { ${fields} } } }`, snapshots);
      const before = { ...(await answers({})), version: await snapshots.version('PREVIEW') };
      commits.push(async () => {
        const late = { title: `Later than ${before.version}`, publishedDateTime: '2030-01-01T00:00:00Z' };
        await folder.write('late.md', article('late', late));
        await sync(database, [folder.path], { prune: false });
      });
      const { written, version } = await answers({});
      expect(written).toContain(`Later than ${before.version}`);
      expect(version).toBe(before.version + 1);
      expect(commits).toEqual([]);
    },
  );

  test('are not begun for an operation that selects something else, so nothing is read in vain', async () => {
    const others = [
      '(where: {}) { nodes { title } }',
      '(last: 1) { nodes { title } }',
      '(includeStubs: true) { totalCount }',
    ];
    database.statements.length = 0;
    for (const other of others) {
      const answers = answersTo(`{ one: articles { nodes { title } } two: articles${other} }`);
      expect((await answers({})).written).toBeNull();
      expect(database.statements.filter((statement) => statement.includes('string_agg'))).toEqual([]);
    }
  });

  /** What an operation is answered, by graphql-js and by PostgreSQL: null where it is not written. There is room for few statements. */
  function answersTo(text: string, snapshots = new Snapshots(database)): (variables: object) => Promise<Answers> {
    const document = parse(text);
    const plan = new Plans(schema, Number.POSITIVE_INFINITY).of(document);
    if (!plan) throw new Error('expected a plan of the operation, got none');
    return async (variables) => {
      const { errors, argumentsOf } = plan.check({ ...variables });
      expect({ text, errors }).toEqual({ text, errors: [] });
      const variableValues = { ...variables };
      // What meets a commit is begun anew.
      const write = (context: GraphContext) =>
        plan.write(context, argumentsOf).catch((error) => {
          if (error instanceof ContentMoved) return null;
          throw error;
        });
      const executed = await snapshots.execute(
        'PREVIEW',
        (contextValue) => execute({ schema, document, contextValue, variableValues }),
        new Deadline(60_000),
      );
      const { result: written, version } = await snapshots.execute(
        'PREVIEW',
        // The first time an operation is asked for, it is not made out yet.
        async (context) => (await write(context)) ?? write(context),
        new Deadline(60_000),
      );
      return { expected: JSON.stringify(executed.result.data), written: written && toText(written), version };
    };
  }
});

interface Answers {
  readonly expected: string;
  readonly written: string | null;
  /** The content version that it is of. */
  readonly version: number;
}
