import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type DocumentNode, type FieldNode, getIntrospectionQuery, Kind, parse, print, visit } from 'graphql';
import type { Answer, TestServer } from '../harness/client.ts';
import { engines, serve, type TestDatabase, withSeeds } from '../harness/engines.ts';
import { parameters } from '../harness/newsroom.ts';

interface Change {
  readonly field: string;
  readonly argument: string;
  readonly value: number;
}

const NOBODY = Buffer.from('Article:00000000-0000-8000-8000-000000000000').toString('base64url');

const [, open] = engines[0] as (typeof engines)[number];

describe('what a request may cost', () => {
  let database: TestDatabase;
  let server: TestServer;

  beforeAll(async () => {
    database = await withSeeds(await open());
    server = serve(database);
  });

  afterAll(() => database.close());

  /** What an operation costs, as its answer says. */
  async function costOf(query: string, variables: object = {}): Promise<unknown> {
    const { errors, extensions } = await server.ask(query, variables);
    expect(errors).toBeUndefined();
    const { requested, limit } = extensions['cost'] as { requested: number; limit: number };
    expect(limit).toBe(250_000);
    return requested;
  }

  /** The one error of a request that is refused, which cost no SQL. */
  async function refusal(asked: TestServer, query: string, variables: object = {}) {
    database.statements.length = 0;
    const { status, data, errors = [] } = await asked.ask(query, variables);
    expect({ status, data, codes: errors.map(codeOf) }).toEqual({
      status: 400,
      data: undefined,
      codes: ['QUERY_TOO_COMPLEX'],
    });
    expect(database.statements).toEqual([]);
    return errors[0] as NonNullable<Answer['errors']>[number];
  }

  describe('a point is an object that may be read', () => {
    test.each([
      ['scalars are free', '{ articles(first: 0) { pageInfo { endCursor } } }', 1],
      ['each article of a page counts, and so does the list', '{ articles(first: 10) { nodes { title } } }', 11],
      ['edges cost what nodes cost', '{ articles(first: 10) { edges { cursor node { title } } } }', 11],
      ['a page whose size is not told has 20', '{ articles { nodes { title } } }', 21],
      ['so it is with the last ones', '{ articles(last: 10) { nodes { title } } }', 11],
      ['an object of each counts', '{ articles(first: 10) { nodes { provider { name } } } }', 21],
      ['lists multiply', '{ articles(first: 10) { nodes { related(first: 5) { nodes { title } } } } }', 71],
      ['a list within a list that is asked for twice counts once', twice('related(first: 5) { nodes { title } }'), 71],
      ['under two names it counts twice', twice('a: related(first: 5) { nodes { title } }', 'b'), 131],
      ['a short list counts as one of five', '{ articles(first: 10) { nodes { topics { name } } } }', 61],
      ['unless it is told to be shorter', '{ articles(first: 10) { nodes { images(first: 1) { url } } } }', 21],
      ['what is counted costs ten more', '{ articles(first: 0) { totalCount } }', 11],
      ['a search costs fifty more', '{ search(query: "ai", first: 10) { nodes { title } } }', 61],
      ['the schema itself is free', '{ __schema { queryType { name } } __typename }', 0],
      ['of what an id may name, the dearest counts', byType(7), 9],
      ['ids count by their number', `{ nodes(ids: ["${NOBODY}", "${NOBODY}"]) { id } }`, 2],
    ])('%s', async (_rule, query, cost) => {
      expect(await costOf(query)).toBe(cost);
    });

    test('variables, their defaults, fragments and directives are looked into', async () => {
      const query = `query ($n: Int = 30, $with: Boolean = false) { articles(first: $n) { ...Page } }
        fragment Page on ArticleConnection { nodes { title provider @include(if: $with) { name } } }`;
      expect(await costOf(query)).toBe(31);
      expect(await costOf(query, { n: 3 })).toBe(4);
      expect(await costOf(query, { n: 3, with: true })).toBe(7);
      expect(await costOf(query, { n: null })).toBe(21);
    });
  });

  test('what costs too much is refused, and told what costs most and which page size would pass', async () => {
    const poor = serve(database, { limits: { maxCost: 100 } });
    const error = await refusal(poor, '{ articles(first: 10) { nodes { related(first: 50) { nodes { title } } } } }');
    expect(error.message).toBe(
      'expected an operation of at most 100 points, got 521, most of them for articles.nodes.related: ' +
        'with first: 7 at articles.nodes.related it would pass',
    );
    expect(error.extensions).toMatchObject({
      cost: { requested: 521, limit: 100 },
      field: 'articles.nodes.related',
      change: { field: 'articles.nodes.related', argument: 'first', value: 7 },
    });
  });

  test('where no single page size would make it pass, the answer says so', async () => {
    const poor = serve(database, { limits: { maxCost: 20 } });
    const { message, extensions } = await refusal(
      poor,
      '{ a: articles { nodes { title } } b: articles { nodes { title } } c: articles { nodes { title } } }',
    );
    expect(message).toContain('no single page size would make it pass');
    expect(extensions['change']).toBeNull();
  });

  test('advice, taken, always passes, and one more never does', async () => {
    const seen = { advised: 0, hopeless: 0 };
    const property = fc.asyncProperty(operations(), fc.integer({ min: 5, max: 400 }), async (query, maxCost) => {
      const poor = serve(database, { limits: { maxCost } });
      const { errors } = await poor.ask(query);
      if (!errors) return;
      const change = errors[0]?.extensions['change'] as Change | null;
      if (!change) {
        seen.hopeless += 1;
        return;
      }
      seen.advised += 1;
      const { errors: errorsThen } = await poor.ask(taken(query, change));
      expect(errorsThen).toBeUndefined();
      const { errors: errorsBeyond = [] } = await poor.ask(taken(query, { ...change, value: change.value + 1 }));
      expect(errorsBeyond.map(codeOf)).toEqual(['QUERY_TOO_COMPLEX']);
    });
    await fc.assert(property, parameters(100));
    expect(seen.advised).toBeGreaterThan(0);
    expect(seen.hopeless).toBeGreaterThan(0);
  });

  describe('a document has no more than its limit of', () => {
    const strict = () =>
      serve(database, { limits: { maxDepth: 4, maxTokens: 40, maxAliases: 3, maxDirectives: 3, maxBodyBytes: 2_000 } });

    test.each([
      ['depth', '{ articles { nodes { provider { images { url } } } } }'],
      ['depth', '{ articles { nodes { ...A } } } fragment A on Article { provider { images { url } } }'],
      ['tokens', `{ ${'__typename '.repeat(50)} }`],
      ['aliases', '{ a: __typename b: __typename c: __typename d: __typename }'],
      ['directives', `{ __typename ${'@skip(if: false) '.repeat(4)} }`],
      ['nesting', `{ ${'a(b: [['.repeat(150)}`],
    ])('%s', async (name, query) => {
      const limits = name === 'nesting' ? serve(database) : strict();
      const { extensions } = await refusal(limits, query);
      expect(extensions['limit']).toMatchObject({ name });
    });

    test('fields, when fragments within each other are written out', async () => {
      const fragments = Array.from(
        { length: 12 },
        (_, i) => `fragment F${i} on Article { a${i}: provider { id } related(first: 0) { ${three(i)} } }`,
      );
      const query = `{ articles(first: 0) { nodes { ...F0 } } } ${fragments.join('\n')} fragment F12 on Article { id }`;
      const deep = serve(database, { limits: { maxDepth: 1_000 } });
      const { extensions } = await refusal(deep, query);
      expect(extensions['limit']).toEqual({ name: 'fields', max: 10_000 });
    });
  });

  test('introspection, as tools ask for it, is within the limits', async () => {
    const everything = { descriptions: true, inputValueDeprecation: true, oneOf: true, specifiedByUrl: true } as const;
    const { errors } = await server.ask(getIntrospectionQuery(everything));
    expect(errors).toBeUndefined();
  });
});

function twice(field: string, alias = 'a'): string {
  const again = field.replace(/^a:/, `${alias}:`);
  return `{ articles(first: 10) { nodes { ${field} ${again} } } }`;
}

function byType(first: number): string {
  return `{ node(id: "${NOBODY}") { ... on Article { related(first: ${first}) { nodes { id } } } ... on Topic { id } } }`;
}

function three(i: number): string {
  return ['x', 'y', 'z'].map((key) => `${key}: nodes { ...F${i + 1} }`).join(' ');
}

function codeOf({ extensions }: { readonly extensions: Readonly<Record<string, unknown>> }): unknown {
  return extensions['code'];
}

/** Lists within lists, some of a size that is told, some with objects beside them. */
function operations(): fc.Arbitrary<string> {
  const size = fc.option(fc.integer({ min: 0, max: 100 }));
  const { article } = fc.letrec<{ article: string; related: string }>((tie) => ({
    article: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom('id', 'provider { name }', 'topics { name } provider { name }'),
      tie('related'),
    ),
    related: fc
      .tuple(fc.constantFrom('related', 'relatedBy'), fc.constantFrom('first', 'last'), size, tie('article'))
      .map(
        ([name, argument, n, inner]) => `id ${name}${n === null ? '' : `(${argument}: ${n})`} { nodes { ${inner} } }`,
      ),
  }));
  const root = fc
    .tuple(fc.constantFrom('articles', 'more: articles'), size, article)
    .map(([name, n, inner]) => `${name}${n === null ? '' : `(first: ${n})`} { edges { node { ${inner} } } }`);
  return fc
    .uniqueArray(root, { minLength: 1, maxLength: 2, selector: (text) => text.startsWith('more') })
    .map((roots) => `{ ${roots.join(' ')} }`);
}

/** The operation with the change that it was advised. */
function taken(query: string, { field, argument, value }: Change): string {
  const path: string[] = [];
  const document: DocumentNode = parse(query);
  const changed = visit(document, {
    Field: {
      enter(node: FieldNode) {
        path.push(node.alias?.value ?? node.name.value);
        if (path.join('.') !== field) return undefined;
        const others = (node.arguments ?? []).filter(({ name }) => name.value !== argument);
        const name = { kind: Kind.NAME, value: argument } as const;
        const size = { kind: Kind.ARGUMENT, name, value: { kind: Kind.INT, value: String(value) } } as const;
        return { ...node, arguments: [...others, size] };
      },
      leave() {
        path.pop();
      },
    },
  });
  return print(changed);
}
