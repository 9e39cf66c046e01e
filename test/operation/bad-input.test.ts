import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type GraphQLObjectType, isObjectType } from 'graphql';
import { schema } from '../../src/graph/schema.ts';
import type { TestServer } from '../harness/client.ts';
import { engines, serve, type TestDatabase, withSeeds } from '../harness/engines.ts';
import {
  type Bad,
  badValuesOf,
  base64,
  farAway,
  INVALID,
  kindOf,
  LEGAL,
  legalValueOf,
  MEANINGLESS,
  MEANINGLESS_ARGUMENTS,
  provider,
  related,
} from '../harness/schema/bad-values.ts';
import {
  ARGUMENTS,
  type Argument,
  cursorIn,
  leavesOf,
  ORDERED,
  type Ordered,
  operationOf,
  type Path,
  selectionOf,
  variablesOf,
} from '../harness/schema/schema-arguments.ts';

/** `FC_RUNS=1000 npm test -- bad-input` looks longer. A failure prints its seed; `FC_SEED` replays it. */
const parameters = (runs: number) => ({
  numRuns: Number(process.env['FC_RUNS'] ?? runs),
  ...(process.env['FC_SEED'] && { seed: Number(process.env['FC_SEED']) }),
});

const REFUSED: [what: string, query: string, path: Path][] = [
  ['a negative page', '{ articles(first: -1) { totalCount } }', ['articles', 'first']],
  ['a page over the cap', '{ articles(first: 1000) { totalCount } }', ['articles', 'first']],
  ['a last page over the cap', '{ articles(last: 101) { totalCount } }', ['articles', 'last']],
  [
    'facets over the cap',
    '{ articles { facets { topics(first: 1001) { count } } } }',
    ['articles', 'facets', 'topics', 'first'],
  ],
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
  ['more ids than a page holds', `{ nodes(ids: [${`"${provider}",`.repeat(101)}]) { id } }`, ['nodes', 'ids']],
  ['the id of something else', `{ article(by: { id: "${provider}" }) { id } }`, ['article', 'by', 'id']],
  [
    'the id of something else in a filter',
    `{ articles(where: { OR: [{}, { id: { in: ["${provider}"] } }] }) { totalCount } }`,
    ['articles', 'where', 'OR', 1, 'id', 'in', 0],
  ],
  ['a URL that is none', '{ article(by: { url: "nonsense" }) { id } }', ['article', 'by', 'url']],
  ['a URL of another scheme', '{ article(by: { url: "file:///etc/passwd" }) { id } }', ['article', 'by', 'url']],
  ['a number too large for Int', '{ articles(first: 2147483648) { totalCount } }', ['articles', 'first']],
  ['a text for a number', '{ articles(first: "ten") { totalCount } }', ['articles', 'first']],
  [
    'a text for a number within lists',
    '{ articles(where: { AND: [{}, { quality: { in: [1, "two"] } }] }) { totalCount } }',
    ['articles', 'where', 'AND', 1, 'quality', 'in', 1],
  ],
  ['an order that does not exist', '{ articles(orderBy: BEST) { totalCount } }', ['articles', 'orderBy']],
  ['two names for one thing', `{ topic(by: { slug: "ai", name: "AI" }) { id } }`, ['topic', 'by']],
];

const named = (given: readonly Argument[]) => given.map((argument) => [argument.coordinate, argument] as const);
const withType = (table: Readonly<Record<string, unknown>>) =>
  named(ARGUMENTS.filter(({ argument }) => leavesOf(argument.type).some(({ type }) => kindOf(type) in table)));
const withName = (table: Readonly<Record<string, unknown>>) =>
  named(ARGUMENTS.filter(({ argument }) => argument.name in table));

describe('the matrix of bad input', () => {
  test('is of every argument that the schema has', () => {
    const all = Object.values(schema.getTypeMap())
      .filter((type) => isObjectType(type) && !type.name.startsWith('__'))
      .flatMap((type) =>
        Object.values((type as GraphQLObjectType).getFields()).flatMap((field) =>
          field.args.map(({ name }) => `${type.name}.${field.name}(${name}:)`),
        ),
      );
    expect(ARGUMENTS.map(({ coordinate }) => coordinate).toSorted()).toEqual(all.toSorted());
  });

  test('knows a value that is wrong, and one that is right, for every type that an argument may hold', () => {
    const types = new Set(ARGUMENTS.flatMap(({ argument }) => leavesOf(argument.type).map(({ type }) => kindOf(type))));
    for (const type of types) expect(Object.keys(INVALID)).toContain(type);
    for (const type of types) expect([...Object.keys(LEGAL), 'ID', 'enum']).toContain(type);
  });
});

describe.each(engines)('bad input on %s', (_name, open) => {
  let database: TestDatabase;
  let server: TestServer;
  let refusing: TestServer;

  beforeAll(async () => {
    database = await withSeeds(await open());
    // Some hundred values are sent at once.
    const limits = { maxTokens: 1e6, maxAliases: 1e6, maxBodyBytes: 1e8, maxCost: 1e9 };
    server = serve(database, { limits });
    refusing = serve(database, { limits, executor: 'compiled', because: 'what is refused is executed by neither' });
  });

  afterAll(() => database.close());

  /** Asks what must be refused, and gives where: in no particular sequence, each as JSON. */
  async function refusals(query: string, variables: object = {}): Promise<string[]> {
    database.statements.length = 0;
    const { status, data, errors = [] } = await refusing.ask(query, variables);
    expect({ status, data, codes: [...new Set(errors.map(({ extensions }) => extensions['code']))] }).toEqual({
      status: 400,
      data: undefined,
      codes: ['BAD_USER_INPUT'],
    });
    expect(database.statements).toEqual([]);
    return errors.map(({ extensions }) => JSON.stringify(extensions['argumentPath'])).toSorted();
  }

  const json = (paths: readonly Path[]) => paths.map((path) => JSON.stringify(path)).toSorted();

  /** Every one of the values must be refused, for what it is. */
  async function expectMeaningless(argument: Argument, bad: readonly Bad[], further = ''): Promise<void> {
    const query = operationOf(argument, bad.length, selectionOf(argument.field), further);
    const refused = await refusals(query, variablesOf(bad.map(({ value }) => value)));
    expect(refused).toEqual(json(bad.map(({ path }, i) => [...argument.above, `a${i}`, ...path])));
  }

  test.each(REFUSED)('%s is answered with 400, where it stands, and no SQL', async (_what, query, path) => {
    expect(await refusals(query)).toEqual(json([path]));
  });

  test('the same values are refused in variables', async () => {
    const query =
      'query ($first: Int, $url: URL!) { articles(first: $first) { totalCount } article(by: { url: $url }) { id } }';
    expect(await refusals(query, { first: 1, url: 'nonsense' })).toEqual(json([['$url']]));
    expect(await refusals(query, { first: 101, url: 'https://example.org/' })).toEqual(json([['articles', 'first']]));
  });

  test('an operation that the schema does not allow is told what is wrong with it', async () => {
    const { errors } = await server.ask('{ articles { secured } }');
    expect(errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  });

  describe('whatever the type does not allow is refused, anywhere within', () => {
    test.each(withType(INVALID))('%s', async (_coordinate, argument) => {
      const bad = badValuesOf(argument, INVALID);
      const query = operationOf(argument, bad.length, selectionOf(argument.field));
      const refused = await refusals(query, variablesOf(bad.map(({ value }) => value)));
      expect(refused).toEqual(json(bad.map((_, i) => [`$v${i}`])));
    });
  });

  describe('whatever the type allows and means nothing is refused where it stands', () => {
    test.each(withType(MEANINGLESS))('%s', async (_coordinate, argument) => {
      await expectMeaningless(argument, badValuesOf(argument, MEANINGLESS));
    });

    test.each(withName(MEANINGLESS_ARGUMENTS))('%s', async (_coordinate, argument) => {
      const { name } = argument.argument;
      await expectMeaningless(argument, MEANINGLESS_ARGUMENTS[name]?.map((value) => ({ value, path: [name] })) ?? []);
    });
  });

  describe('whatever is legal is answered, with values on the edge everywhere within', () => {
    test.each(named(ARGUMENTS.filter(({ argument }) => !(argument.name in MEANINGLESS_ARGUMENTS))))(
      '%s',
      async (_coordinate, argument) => {
        const values = Array.from({ length: 6 }, (_, n) => legalValueOf(argument.argument.type, n));
        const query = operationOf(argument, values.length, selectionOf(argument.field));
        await server.data(query, variablesOf(values));
      },
    );

    test.each(named(ARGUMENTS.filter(({ argument }) => /^(first|last)$/.test(argument.name))))(
      '%s',
      async (_coordinate, argument) => {
        const sizes = [0, 1, 100, null];
        await server.data(operationOf(argument, sizes.length, selectionOf(argument.field)), variablesOf(sizes));
      },
    );
  });

  describe('cursors', () => {
    const given = new Map<Ordered, string>();

    beforeAll(async () => {
      for (const ordered of ORDERED) {
        const query = operationOf(ordered.argument, 1, '{ edges { cursor } }', `${ordered.further}, first: 1`);
        const cursor = cursorIn(await server.data(query));
        if (cursor !== undefined) given.set(ordered, cursor);
      }
    });

    test('every connection gives one in every order', () => {
      expect([...given.keys()].map(({ name }) => name)).toEqual(ORDERED.map(({ name }) => name));
    });

    const sides = ORDERED.flatMap((ordered) =>
      ordered.argument.field.args
        .filter(({ name }) => name === 'after' || name === 'before')
        .map((argument) => ({ ...ordered, argument: { ...ordered.argument, argument } })),
    ).map((side) => [`${side.name} ${side.argument.argument.name}`, side] as const);

    test.each(sides)(
      'of any other connection, order or search is refused: %s',
      async (_side, { name, argument, further }) => {
        const foreign = [...given].filter(([ordered]) => ordered.name !== name).map(([, cursor]) => cursor);
        const bad = foreign.map((value) => ({ value, path: [argument.argument.name] }));
        await expectMeaningless(argument, bad, further);
      },
    );

    test.each(sides)('that was tampered with is refused, or names another place: %s', async (_side, side) => {
      const own = [...given].find(([ordered]) => ordered.name === side.name)?.[1] ?? '';
      const values: unknown[] = JSON.parse(Buffer.from(own, 'base64url').toString());
      const strange = [
        null,
        true,
        {},
        [],
        '',
        'x',
        '\0',
        '\ud800',
        0,
        -1,
        0.5,
        2 ** 31,
        2 ** 53,
        -1e15,
        1e300,
        '1e999',
      ];
      const forged = values.flatMap((_, i) =>
        strange.map((value) => base64(JSON.stringify(values.with(i, value)).replace('"1e999"', '1e999'))),
      );
      const cut = [own.slice(1), own.slice(0, -1), `${own}A`, `${own}=`, ` ${own}`, own.toLowerCase(), own.repeat(2)];
      for (const cursor of [...forged, ...cut, base64(JSON.stringify([...values, 0])), base64(own)]) {
        const query = operationOf(side.argument, 1, selectionOf(side.argument.field), side.further);
        const { status, errors } = await server.ask(query, { v0: cursor });
        const codes = errors?.map(({ extensions }) => extensions['code']);
        expect({ cursor, status, codes }).toEqual(
          status === 200 ? { cursor, status, codes: undefined } : { cursor, status: 400, codes: ['BAD_USER_INPUT'] },
        );
      }
    });

    test('that are noise are refused, whatever the noise', async () => {
      const noise = fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.base64String(),
        fc.string({ unit: 'binary' }).map(base64),
        fc.json().map(base64),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(noise, { minLength: 1, maxLength: 10 }), async (texts) => {
          const bad = texts.map((value) => ({ value, path: ['after'] }));
          for (const { argument } of [ORDERED[0], ORDERED.at(-1)] as Ordered[]) await expectMeaningless(argument, bad);
        }),
        parameters(30),
      );
    });
  });
});
