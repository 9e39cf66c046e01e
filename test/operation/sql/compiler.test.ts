import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { execute, parse, print, validate } from 'graphql';
import { sync } from '../../../src/content/sync.ts';
import { schema } from '../../../src/graph/schema.ts';
import { toText } from '../../../src/lib/utf8.ts';
import type { GraphContext } from '../../../src/loaders/context.ts';
import { Deadline } from '../../../src/operation/deadline.ts';
import { Plans } from '../../../src/operation/plans.ts';
import { Snapshots } from '../../../src/operation/snapshots.ts';
import { engines, type TestDatabase } from '../../harness/engines.ts';
import { Random } from '../../harness/faults/faults.ts';
import { article, type TestFolder, testFolder } from '../../harness/files.ts';
import { fillNewsroom, parameters } from '../../harness/newsroom.ts';
import { OperationWriter } from '../../harness/operation-writer.ts';

/** What JSON, SQL or marks might take for their own. */
const NASTY = `"quoted" \\ 'single' {"a":1} $1 %s \t tab \n line \u0001 1:x \u0002 \u007f \u2028 é 漢 🗞️ </script>`;

const CARD = 'id title excerpt webUrl publishedDateTime type quality heat category published isStub';

/** One operation for each thing that clients send, and what is compiled of it. */
const OPERATIONS: Readonly<Record<string, string>> = {
  'a front page, as Apollo Client sends it':
    '{ articles(first: 5) { nodes { id title provider { id name domain __typename } topics { name slug __typename } images(first: 1) { url width __typename } __typename } pageInfo { hasNextPage endCursor __typename } __typename } }',
  'edges and nodes of one page under several names': `{ a: articles(first: 3) { edges { cursor node { ${CARD} } } nodes { id } more: nodes { title } } b: articles(first: 2, orderBy: HEAT) { nodes { id } } }`,
  'a last page':
    '{ articles(last: 4) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }',
  'a page with stubs':
    '{ articles(first: 50, includeStubs: true, orderBy: QUALITY) { nodes { id isStub } pageInfo { hasNextPage } totalCount } }',
  'a story with its coverage, and theirs':
    '{ article(by: { url: "https://example.com/story-1" }) { title trending { score halfLifeHours } related(first: 3) { totalCount edges { position cursor node { id related(first: 2) { nodes { title provider { name } } } } } } relatedBy(first: 2) { totalCount edges { position node { id } } pageInfo { hasNextPage } } } }',
  'no article': '{ article(by: { url: "https://example.com/nobody" }) { title } }',
  'a filter by topic, and its facets':
    '{ articles(where: { topics: { some: { slug: { eq: "ai" } } } }) { totalCount nodes { id } facets { topics(first: 2) { topic { name } count } providers { provider { domain } count } types { value count } categories { value count } } } }',
  'facets of everything':
    '{ articles { totalCount facets { topics { topic { slug } count } types { value count } categories(first: 1) { value count } } } }',
  'any filter':
    '{ articles(where: { OR: [{ quality: { gte: 50 } }, { hasImage: false }], NOT: { provider: { name: { in: ["zebra", "abaco"] } } }, related: { some: { isStub: { eq: true } } } }, orderBy: OLDEST) { totalCount nodes { id } } }',
  'a search with snippets':
    '{ search(query: "story", first: 4) { totalCount edges { score snippet cursor node { id title } } pageInfo { hasNextPage endCursor } } }',
  'a search by spelling':
    '{ search(query: "storry 1", first: 4) { totalCount edges { score snippet node { title } } } }',
  'a search that finds nothing':
    '{ search(query: "nothingatall") { totalCount nodes { title } pageInfo { hasNextPage endCursor } } }',
  'topics with their articles':
    '{ topics(first: 3) { totalCount nodes { name articles(first: 2) { nodes { title } totalCount } } edges { cursor node { slug articleCount } } pageInfo { hasNextPage endCursor } } }',
  'a provider with articles and topics':
    '{ provider(by: { domain: "zebra.example" }) { id name images { url } topics(first: 2) { edges { articleCount node { name } } } articles(first: 2, orderBy: TRENDING) { nodes { title topics { name articles(first: 1) { nodes { title } } } } facets { topics { count topic { name } } } } } }',
  'images and the articles that show them':
    '{ articles(first: 10) { nodes { images { id url title isCached articles(first: 2) { totalCount nodes { title } } } } } }',
  'an article by interface':
    '{ articles(first: 2) { nodes { ... on Node { id } ...F } } } fragment F on Article { title provider { ... on Node { id } } }',
};

describe.each(engines)('operations that are compiled to SQL, on %s', (_name, open) => {
  let database: TestDatabase;
  let folder: TestFolder;
  let newsroom: TestFolder;
  let snapshots: Snapshots;
  let ids: string[];

  beforeAll(async () => {
    database = await open();
    newsroom = await fillNewsroom(database);
    folder = await testFolder();
    const images = [{ url: 'https://images.example/n.png', title: NASTY }];
    await folder.write('nasty.md', article('nasty', { title: NASTY, excerpt: NASTY, images, category: 'é漢' }));
    await sync(database, [folder.path], { prune: false });
    await database.listen();
    snapshots = new Snapshots(database);
    const { data } = JSON.parse(
      (
        await answer(
          '{ articles(first: 3, includeStubs: true) { nodes { id provider { id } topics { id } images { id } } } }',
        )
      ).reference,
    );
    ids = data.articles.nodes.flatMap(
      (node: { id: string; provider: { id: string }; topics: { id: string }[]; images: { id: string }[] }) => [
        node.id,
        node.provider.id,
        ...node.topics.map(({ id }) => id),
        ...node.images.map(({ id }) => id),
      ],
    );
  }, 60_000);

  afterAll(async () => {
    await database.close();
    await folder.dispose();
    await newsroom.dispose();
  });

  /** What both executors answer: the data as JSON, or null where it is not compiled. */
  async function answer(query: string, variableValues: Record<string, unknown> = {}) {
    const document = parse(query);
    const plan = new Plans(schema, Number.POSITIVE_INFINITY).of(document);
    if (!plan) throw new Error('expected an operation');
    const checked = plan.check(variableValues);
    expect(checked.errors).toEqual([]);
    const run = <T>(work: (context: GraphContext) => Promise<T> | T) =>
      snapshots.execute('PREVIEW', work, new Deadline(60_000)).then(({ result }) => result);
    const compiled = await run((context) => plan.compiled(context, checked));
    const reference = await run((contextValue) => execute({ schema, document, contextValue, variableValues }));
    return { compiled: compiled && `{"data":${toText(compiled)}}`, reference: JSON.stringify(reference) };
  }

  test.each(Object.entries(OPERATIONS))('%s: equal to what graphql-js answers', async (_what, query) => {
    const { compiled, reference } = await answer(query);
    expect(compiled).toBe(reference);
  });

  test('whatever is compiled of any operation that the schema allows is equal to what graphql-js answers', async () => {
    const seen = { compiled: 0, not: 0 };
    await fc.assert(
      fc.asyncProperty(fc.nat(), async (seed) => {
        const writer = new OperationWriter(new Random(seed), ids);
        const document = parse(writer.operation());
        fc.pre(validate(schema, document).length === 0);
        const plan = new Plans(schema, Number.POSITIVE_INFINITY).of(document);
        fc.pre(plan !== null && plan.check(writer.variables).errors.length === 0);
        const query = print(document);
        const { compiled, reference } = await answer(query, writer.variables);
        seen[compiled === null ? 'not' : 'compiled'] += 1;
        if (compiled !== null && compiled !== reference) {
          let i = 0;
          while (compiled[i] === reference[i]) i++;
          console.error(
            'AT',
            compiled.slice(i - 300, i + 100),
            '\n----\n',
            reference.slice(i - 100, i + 100),
            '\n',
            query,
          );
        }
        if (compiled !== null)
          expect({ query, variables: writer.variables, answer: compiled }).toEqual({
            query,
            variables: writer.variables,
            answer: reference,
          });
      }),
      parameters(150),
    );
    console.info(seen);
  });
});
