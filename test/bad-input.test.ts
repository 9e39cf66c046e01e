import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestServer } from './client.ts';
import { engines, serve, type TestDatabase, withSeeds } from './engines.ts';

const provider = Buffer.from('Provider:00000000-0000-8000-8000-000000000000').toString('base64url');
const related = Buffer.from(JSON.stringify(['FILE_ORDER', 0])).toString('base64url');
const farAway = Buffer.from(JSON.stringify(['NEWEST', 9e15, '00000000-0000-8000-8000-000000000000'])).toString(
  'base64url',
);

const REFUSED: [what: string, query: string, path: (string | number)[]][] = [
  ['a negative page', '{ articles(first: -1) { totalCount } }', ['articles', 'first']],
  ['a page over the cap', '{ articles(first: 1000) { totalCount } }', ['articles', 'first']],
  ['a last page over the cap', '{ articles(last: 101) { totalCount } }', ['articles', 'last']],
  ['first and last at once', '{ articles(first: 1, last: 1) { totalCount } }', ['articles', 'last']],
  ['a cursor that nobody gave', '{ articles(after: "x") { totalCount } }', ['articles', 'after']],
  ["another connection's cursor", `{ articles(before: "${related}") { totalCount } }`, ['articles', 'before']],
  ['a cursor beyond the calendar', `{ articles(after: "${farAway}") { totalCount } }`, ['articles', 'after']],
  [
    'a bad page however deep it stands, under its alias',
    '{ articles { nodes { more: related(first: 101) { totalCount } } } }',
    ['articles', 'nodes', 'more', 'first'],
  ],
  [
    'a bad page within a fragment',
    '{ articles { ...page } } fragment page on ArticleConnection { nodes { images(first: -1) { url } } }',
    ['nodes', 'images', 'first'],
  ],
  ['an id that nobody gave', '{ node(id: "x") { id } }', ['node', 'id']],
  ['one such id among others', `{ nodes(ids: ["${provider}", ""]) { id } }`, ['nodes', 'ids', 1]],
  ['the id of something else', `{ article(by: { id: "${provider}" }) { id } }`, ['article', 'by', 'id']],
  ['a URL that is none', '{ article(by: { url: "nonsense" }) { id } }', ['article', 'by', 'url']],
  ['a URL of another scheme', '{ article(by: { url: "file:///etc/passwd" }) { id } }', ['article', 'by', 'url']],
  ['a number too large for Int', '{ articles(first: 2147483648) { totalCount } }', ['articles', 'first']],
  ['a text for a number', '{ articles(first: "ten") { totalCount } }', ['articles', 'first']],
  ['an order that does not exist', '{ articles(orderBy: BEST) { totalCount } }', ['articles', 'orderBy']],
];

describe.each(engines)('bad input on %s', (_name, open) => {
  let database: TestDatabase;
  let server: TestServer;

  beforeAll(async () => {
    database = await withSeeds(await open());
    server = serve(database);
  });

  afterAll(() => database.close());

  test.each(REFUSED)('%s is answered with 400, where it stands, and no SQL', async (_what, query, path) => {
    database.statements.length = 0;
    const { status, data, errors } = await server.ask(query);
    expect({ status, data, errors }).toMatchObject({
      status: 400,
      data: undefined,
      errors: [{ extensions: { code: 'BAD_USER_INPUT', argumentPath: path } }],
    });
    expect(database.statements).toEqual([]);
  });

  test('the same values are refused in variables', async () => {
    const query =
      'query ($first: Int, $url: URL!) { articles(first: $first) { totalCount } article(by: { url: $url }) { id } }';
    const badUrl = await server.ask(query, { first: 1, url: 'nonsense' });
    expect(badUrl).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'BAD_USER_INPUT', argumentPath: ['$url'] } }],
    });
    const badPage = await server.ask(query, { first: 101, url: 'https://example.org/' });
    expect(badPage).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'BAD_USER_INPUT', argumentPath: ['articles', 'first'] } }],
    });
  });

  test('an operation that the schema does not allow is told what is wrong with it', async () => {
    const { errors } = await server.ask('{ articles { secured } }');
    expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  });
});
