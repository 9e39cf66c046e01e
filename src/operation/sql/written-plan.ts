import { createHash } from 'node:crypto';
import { type DocumentNode, type GraphQLSchema, type OperationDefinitionNode, print, visit } from 'graphql';
import { isWhole } from '../../articles/lists.ts';
import { foundArticles } from '../../articles/search/search.ts';
import { allArticles, articlesOf } from '../../articles/sources.ts';
import type { ProviderRow, TopicRow } from '../../catalog/rows.ts';
import type { Values } from '../../db/statement.ts';
import { type ListArguments, toList } from '../../graph/article/listings.ts';
import { askedSearch, type SearchArguments } from '../../graph/article/search.ts';
import { toWindow } from '../../graph/connection.ts';
import { type ProviderBy, providerBy } from '../../graph/provider/provider.ts';
import { type TopicBy, topicBy } from '../../graph/topic/topic.ts';
import { toObject } from '../../lib/json.ts';
import { ascii, type Utf8 } from '../../lib/utf8.ts';
import type { GraphContext } from '../../loaders/context.ts';
import type { ArgumentsOf } from '../limits/cost-total.ts';
import { type CostNode, costTree } from '../limits/cost-tree.ts';
import { argumentsIn, fieldsOf, keyOf, nameOf, Unwritable, Writing } from './writing.ts';
import { WrittenList } from './written-list.ts';
import { namedValue } from './written-named.ts';
import { type ArticleBy, WrittenStory } from './written-story.ts';

/** The `data` of an operation as JSON; null where it is to be executed instead. Throws what reading throws. */
export type WrittenPlan = (context: GraphContext, argumentsOf: ArgumentsOf) => Promise<Utf8 | null>;

interface Asked {
  readonly context: GraphContext;
  readonly argumentsOf: ArgumentsOf;
  readonly values: Values;
}

/** The JSON of a root field; null if it cannot be written. */
type Root = (asked: Asked) => Promise<Utf8 | null>;

/**
 * How PostgreSQL writes the answer of an operation, each root field in one statement, so that nothing of it is read, resolved
 * and written again here. Null for an operation that selects more than it knows to write.
 */
export function writtenPlan(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): WrittenPlan | null {
  const writing = new Writing();
  const roots = rootsOf(schema, document, operation, writing);
  if (!roots) return null;
  const keys = roots.map(({ key }) => key);
  return async (context, argumentsOf) => {
    const asked = { context, argumentsOf, values: writing.valuesOf(argumentsOf) };
    const values = await Promise.all(roots.map(({ root }) => root(asked)));
    return values.every((value) => value !== null) ? toObject(keys, values) : null;
  };
}

function rootsOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, writing: Writing) {
  if (operation.operation !== 'query' || !isPlain(document)) return null;
  const id = idOf(document, operation);
  try {
    return costTree(schema, document, operation, {}).map((field, i) => {
      const make = ROOTS[nameOf(field)];
      if (!make) throw new Unwritable();
      return { key: keyOf(field), root: make(writing, field, `${id}.${i}`) };
    });
  } catch (error) {
    if (error instanceof Unwritable) return null;
    throw error;
  }
}

/** The same for the same operation, whenever it is looked through: so are its statements. */
function idOf(document: DocumentNode, { name }: OperationDefinitionNode): string {
  return createHash('sha256')
    .update(`${name?.value ?? ''} ${print(document)}`)
    .digest('base64url')
    .slice(0, 22);
}

/** Without directives, and asks nothing of the schema itself. */
function isPlain(document: DocumentNode): boolean {
  let isPlain = true;
  visit(document, {
    Directive() {
      isPlain = false;
    },
    Field({ name }) {
      isPlain &&= !name.value.startsWith('__');
    },
  });
  return isPlain;
}

/** Each throws `Unwritable`. `name` tells its statements from others. */
const ROOTS: Readonly<Record<string, (writing: Writing, field: CostNode, name: string) => Root>> = {
  article(writing, field, name) {
    const story = new WrittenStory(writing, fieldsOf(field), name);
    return ({ context, argumentsOf, values }) => {
      const { by } = argumentsIn(field, argumentsOf) as { by: ArticleBy };
      return story.write(context, by, values);
    };
  },

  articles(writing, field, name) {
    const written = new WrittenList(writing, field, name);
    return async ({ context, argumentsOf, values }) => {
      const args = argumentsIn(field, argumentsOf) as ListArguments;
      const list = toList('all', args);
      const total = isWhole(list) ? context.catalog.articleCount : undefined;
      const asked = { source: allArticles(context.reading.tables), list, window: toWindow(list.order, args), total };
      return (await written.write(context, asked, values))?.json ?? null;
    };
  },

  search(writing, field, name) {
    const written = new WrittenList(writing, field, name);
    return async ({ context, argumentsOf, values }) => {
      const { search, list, window, isCertain } = askedSearch(
        argumentsIn(field, argumentsOf) as unknown as SearchArguments,
      );
      const page = await written.write(
        context,
        { source: foundArticles(context.reading.tables, search), list, window },
        values,
      );
      // What is not found by words may be by spelling.
      return page && (isCertain || !page.isEmpty) ? page.json : null;
    };
  },

  topic: ownerRoot('topic', 'Topic', ({ catalog }, by) => topicBy(catalog, by as TopicBy)),
  provider: ownerRoot('provider', 'Provider', ({ catalog }, by) => providerBy(catalog, by as ProviderBy)),
};

function ownerRoot(
  owner: 'topic' | 'provider',
  type: 'Topic' | 'Provider',
  rowOf: (context: GraphContext, by: unknown) => TopicRow | ProviderRow | undefined,
) {
  return (writing: Writing, field: CostNode, name: string): Root => {
    const fields = fieldsOf(field);
    const keys = fields.map(keyOf);
    const members = fields.map((inner, i) =>
      nameOf(inner) === 'articles'
        ? listOfOwner(writing, inner, `${name}.${i}`, owner)
        : inMemory(namedValue(type, inner)),
    );
    return async (asked) => {
      const row = rowOf(asked.context, argumentsIn(field, asked.argumentsOf)['by']);
      if (!row) return ascii('null');
      const values = await Promise.all(members.map((member) => member(asked, row)));
      return values.every((value) => value !== null) ? toObject(keys, values) : null;
    };
  };
}

type Member = (asked: Asked, row: TopicRow | ProviderRow) => Promise<Utf8 | null>;

function listOfOwner(writing: Writing, field: CostNode, name: string, owner: 'topic' | 'provider'): Member {
  const written = new WrittenList(writing, field, name);
  return async ({ context, argumentsOf, values }, { id, articleCount }) => {
    const args = argumentsIn(field, argumentsOf) as ListArguments;
    const list = toList(owner, args);
    const source = articlesOf(owner, context.reading.tables);
    const total = isWhole(list) ? articleCount : undefined;
    const page = { source, ownerId: id, list, window: toWindow(list.order, args), total };
    return (await written.write(context, page, values))?.json ?? null;
  };
}

function inMemory(jsonOf: (row: TopicRow | ProviderRow) => Utf8): Member {
  return async (_asked, row) => jsonOf(row);
}
