import { describe, expect, test } from '@jest/globals';
import { buildSchema, validateSchema } from 'graphql';
import { schema } from '../../src/graph/schema.ts';
import * as naming from '../harness/schema/naming-rules.ts';
import * as relay from '../harness/schema/relay-rules.ts';
import type { Rule } from '../harness/schema/schema-members.ts';

interface Case {
  readonly rule: Rule;
  /** A schema that breaks the rule, in one way for each entry of `caught`. */
  readonly broken: string;
  readonly caught: readonly string[];
}

/**
 * The rules of @graphql-eslint's relay and naming sets, less strict in two: lists may hold other things than edges, as
 * `nodes` stand beside them, and a connection need not go backward, as a ranking only goes down.
 */
const rules: Record<string, Case> = {
  'types are PascalCase, values UPPER_CASE, all else camelCase': {
    rule: naming.spelling,
    broken: `
      directive @Slow(Much: Int) on FIELD
      type Query { Article(by_url: String): article }
      type article { kind(in: Filter): Kind }
      enum Kind { Text LONG_READ }
      input Filter { Is_not: Kind NOT: Filter }`,
    caught: [
      '@Slow',
      '@Slow(Much:)',
      'Query.Article',
      'Query.Article(by_url:)',
      'article',
      'Kind.Text',
      'Filter.Is_not',
    ],
  },
  'no type says in its name what kind of type it is': {
    rule: naming.noKindInTypeName,
    broken: `
      type Query { a: StoryType b: KindEnum c: NodeInterface d: AnyUnion e: ArticleType }
      type StoryType implements NodeInterface { id: ID }
      enum KindEnum { TEXT }
      enum ArticleType { TEXT }
      interface NodeInterface { id: ID }
      union AnyUnion = StoryType`,
    caught: ['StoryType', 'KindEnum', 'NodeInterface', 'AnyUnion'],
  },
  'no query is called get or query': {
    rule: naming.noVerbInQuery,
    broken: 'type Query { getArticle: Int queryArticle: Int articleQuery: Int getaway: Int }',
    caught: ['Query.getArticle', 'Query.queryArticle', 'Query.articleQuery'],
  },
  'no field begins with the name of its type': {
    rule: naming.noTypeInFieldName,
    broken: 'type Query { article: Article } type Article { articleTitle: String title: String }',
    caught: ['Article.articleTitle'],
  },
  'values of an enum differ by more than case': {
    rule: naming.valuesDifferByMoreThanCase,
    broken: 'type Query { kind: Kind } enum Kind { TEXT Text VIDEO }',
    caught: ['Kind.TEXT', 'Kind.Text'],
  },
  'every type can be reached by an operation': {
    rule: naming.noUnreachableType,
    broken: `
      type Query { node(by: By): Node }
      input By { id: ID }
      interface Node { id: ID }
      type Article implements Node { id: ID }
      type Forgotten { other: AlsoForgotten }
      type AlsoForgotten { id: ID }`,
    caught: ['Forgotten', 'AlsoForgotten'],
  },
  'every deprecation names the day until which it works': {
    rule: naming.deprecationNamesItsEnd,
    broken: `
      type Query {
        silent: Int @deprecated
        open: Int @deprecated(reason: "Use \`kept\`.")
        impossible: Int @deprecated(reason: "Use \`kept\`; removed after 2027-02-30.")
        dated(old: Int @deprecated(reason: "soon")): Int @deprecated(reason: "Use \`kept\`; removed after 2027-06-01.")
        kept: Kind
      }
      enum Kind { OLD @deprecated(reason: "Use NEW.") NEW }`,
    caught: ['Query.silent', 'Query.open', 'Query.impossible', 'Query.dated(old:)', 'Kind.OLD'],
  },
  'a connection has edges and a PageInfo': {
    rule: relay.connections,
    broken: `
      type Query { a: AConnection b: BConnection }
      type AConnection { edges: String }
      interface BConnection { pageInfo: Int }`,
    caught: ['AConnection.edges', 'AConnection.pageInfo', 'BConnection'],
  },
  'what has edges is called a connection': {
    rule: relay.onlyConnectionsHaveEdges,
    broken: 'type Query { articles: ArticlePage } type ArticlePage { edges: [Int] }',
    caught: ['ArticlePage'],
  },
  'an edge is an object called so, with a cursor and a node that has an id': {
    rule: relay.edges,
    broken: `
      type Query { a: AConnection b: BConnection c: CConnection }
      type AConnection { edges: [Article] }
      type BConnection { edges: [BEdge] }
      type CConnection { edges: [CEdge] }
      interface Node { id: ID! }
      type Article implements Node { id: ID! }
      type BEdge { cursor: Int node: [Article] }
      type CEdge { cursor: String! node: String }
      scalar StrayEdge`,
    caught: ['Article', 'BEdge.cursor', 'BEdge.node', 'CEdge.node', 'StrayEdge'],
  },
  'PageInfo is that of the Relay specification': {
    rule: relay.pageInfo,
    broken: 'type Query { p: PageInfo } type PageInfo { hasNextPage: Boolean startCursor: String! endCursor: String }',
    caught: ['PageInfo.hasNextPage', 'PageInfo.hasPreviousPage', 'PageInfo.startCursor'],
  },
  'every connection is paged forward, and backward either fully or not': {
    rule: relay.paging,
    broken: `
      type Query {
        all: AConnection!
        half(first: Int!, after: String, last: Int): AConnection!
        forward(first: Int, after: String): AConnection!
      }
      type AConnection { edges: [Int] }`,
    caught: ['Query.all(first:)', 'Query.all(after:)', 'Query.half(first:)', 'Query.half(before:)'],
  },
};

// That everything is described, too, is in test/graph/schema.test.ts.
describe('the contract', () => {
  test('is valid GraphQL', () => expect(validateSchema(schema)).toEqual([]));

  describe.each(Object.entries(rules))('%s', (_sentence, { rule, broken, caught }) => {
    test('holds', () => expect(rule(schema)).toEqual([]));

    test('and is noticed where it does not', () =>
      expect(rule(buildSchema(broken)).sort()).toEqual([...caught].sort()));
  });
});
