import { builder } from '../builder.ts';
import { Connection, connectionTypes, type Edge, type PageArguments, pageArguments, toWindow } from '../connection.ts';
import type { GraphContext } from '../context.ts';
import { checks } from '../node.graphql.ts';
import { Article } from '../refs.ts';
import type { ArticleList, ListedArticle, ListOwner } from './article.lists.ts';
import { FILE_ORDER, NEWEST, OLDEST } from './article.orders.ts';

const ORDERS = { NEWEST, OLDEST } as const;

const ArticleOrder = builder.enumType('ArticleOrder', {
  description: 'In which sequence articles are listed. Every order is total: what ties is told apart by id.',
  values: {
    NEWEST: { description: 'Latest `publishedDateTime` first.' },
    OLDEST: { description: 'Earliest `publishedDateTime` first.' },
  } as const,
});

export const ArticleConnection = connectionTypes<ListedArticle>(Article, {
  name: 'Article',
  of: 'articles',
}).connection;

const related = connectionTypes<ListedArticle>(Article, { name: 'ArticleRelated', of: "a story's other coverage" });
const relatedBy = connectionTypes<ListedArticle>(Article, {
  name: 'ArticleRelatedBy',
  of: 'articles that list this one as related',
});
export const ArticleRelatedConnection = related.connection;
export const ArticleRelatedByConnection = relatedBy.connection;

for (const { edge } of [related, relatedBy]) {
  builder.objectField(edge, 'position', (t) =>
    t.int({
      description: 'The place in the related list of the file, from 0: the best coverage comes first.',
      resolve: ({ node }: Edge<ListedArticle>) => node.position ?? 0,
    }),
  );
}

/** The arguments of every list of articles that is not a story's own. */
export const listArguments = builder.args((t) => ({
  ...pageArguments,
  orderBy: t.field({
    type: ArticleOrder,
    defaultValue: 'NEWEST',
    description: 'The sequence. A cursor belongs to the order that it was given in.',
  }),
  includeStubs: t.boolean({
    defaultValue: false,
    description: 'Whether to list articles too that are known only as related stories.',
  }),
}));

interface ListArguments extends PageArguments {
  readonly orderBy?: keyof typeof ORDERS | null | undefined;
  readonly includeStubs?: boolean | null | undefined;
}

/** Refuses bad paging arguments of a list before execution. */
export const checkList = checks<ListArguments>((args) => {
  toWindow(toList(args).order, args);
});

export const checkRelated = checks<PageArguments>((args) => {
  toWindow(FILE_ORDER, args);
});

export const checkRelatedBy = checks<PageArguments>((args) => {
  toWindow(NEWEST, args);
});

export function allArticles({ articles }: GraphContext, args: ListArguments) {
  const list = toList(args);
  return new Connection<ListedArticle>(
    { order: list.order, page: (window) => articles.page(list, window), count: () => articles.count(list) },
    args,
  );
}

/** `articleCount`: what sync has counted, stubs left out. */
export function articlesOf(
  context: GraphContext,
  owner: ListOwner,
  { id, articleCount }: { id: string; articleCount?: number },
  args: ListArguments,
) {
  const counted = args.includeStubs ? undefined : articleCount;
  return connectionOf(context, owner, id, toList(args), args, counted);
}

export function relatedOf(context: GraphContext, id: string, args: PageArguments) {
  return connectionOf(context, 'related', id, { order: FILE_ORDER, includeStubs: true }, args);
}

export function relatedByOf(context: GraphContext, id: string, args: PageArguments) {
  return connectionOf(context, 'relatedBy', id, { order: NEWEST, includeStubs: true }, args);
}

function connectionOf(
  { articles }: GraphContext,
  owner: ListOwner,
  id: string,
  list: ArticleList,
  args: PageArguments,
  counted?: number,
) {
  return new Connection<ListedArticle>(
    {
      order: list.order,
      page: (window) => articles.pageOf(owner, list, window).load(id),
      count: async () => counted ?? articles.countOf(owner, list).load(id),
    },
    args,
  );
}

function toList({ orderBy, includeStubs }: ListArguments): ArticleList {
  return { order: ORDERS[orderBy ?? 'NEWEST'], includeStubs: includeStubs ?? false };
}
