import type { GraphQLResolveInfo } from 'graphql';
import { builder } from '../builder.ts';
import {
  Connection,
  type ConnectionSource,
  connectionTypes,
  type Edge,
  type PageArguments,
  pageArguments,
  toWindow,
  windowFor,
} from '../connection.ts';
import type { GraphContext } from '../context.ts';
import type { Order, Window } from '../lib/keyset.ts';
import { costs } from '../limits/cost-tree.ts';
import { intArgument, selectedAt } from '../look-ahead.ts';
import { checks } from '../node.graphql.ts';
import { Article } from '../refs.ts';
import { ArticleFacets } from './article.facets.graphql.ts';
import type { ArticleList, ListedArticle, PageOf } from './article.lists.ts';
import { ARTICLE_ORDERS, FILE_ORDER, HALF_LIFE_HOURS, NEWEST } from './article.orders.ts';
import { facetsIn, LISTED, RELATED, shapeOf } from './article.selection.ts';
import type { ListOwner } from './article.sources.ts';
import type { Tally } from './article.tally.ts';
import { ArticleWhere, toArticleWhere } from './article.where.graphql.ts';

const ArticleOrder = builder.enumType('ArticleOrder', {
  description:
    'In which sequence articles are listed. Every order is total: what ties is told apart by date, then by id.',
  values: {
    NEWEST: { description: 'Latest `publishedDateTime` first.' },
    OLDEST: { description: 'Earliest `publishedDateTime` first.' },
    HEAT: { description: 'Highest `heat` first; without heat last.' },
    QUALITY: { description: 'Highest `quality` first; without quality last.' },
    TRENDING: {
      description: `Highest \`trending.score\` first: heat that halves every ${HALF_LIFE_HOURS} hours. Without heat last, newest first.`,
    },
  } as const,
});

/** A list of articles: its page, and what of it is counted. */
export class ArticleListing extends Connection<ListedArticle> {
  readonly #listing: Listing;

  constructor(listing: Listing, window: Window) {
    super(listing, window);
    this.#listing = listing;
  }

  facets(): Promise<Tally> {
    return this.#listing.tally();
  }
}

interface Listing extends ConnectionSource<ListedArticle> {
  tally(): Promise<Tally>;
}

export const articles = connectionTypes<ListedArticle, ArticleListing>(Article, { name: 'Article', of: 'articles' });

const related = connectionTypes<ListedArticle>(Article, { name: 'ArticleRelated', of: "a story's other coverage" });
const relatedBy = connectionTypes<ListedArticle>(Article, {
  name: 'ArticleRelatedBy',
  of: 'articles that list this one as related',
});
export const ArticleConnection = articles.connection;
export const ArticleRelatedConnection = related.connection;
export const ArticleRelatedByConnection = relatedBy.connection;

/** Every article of the list is looked at. */
export const COUNTED = costs({ points: 50 });

builder.objectField(ArticleConnection, 'facets', (t) =>
  t.field({
    type: ArticleFacets,
    description: 'What the articles have in common.',
    extensions: COUNTED,
    resolve: (parent) => parent.facets(),
  }),
);

for (const { edge } of [related, relatedBy]) {
  builder.objectField(edge, 'position', (t) =>
    t.int({
      description: 'The place in the related list of the file, from 0: the best coverage comes first.',
      resolve: ({ node }: Edge<ListedArticle>) => node.position ?? 0,
    }),
  );
}

const where = builder.args((t) => ({
  where: t.field({
    type: ArticleWhere,
    description: 'Which articles; all if not given. It holds for counts and facets too.',
  }),
}));

/** The arguments of the edges between articles. */
export const relatedArguments = { ...pageArguments, ...where };

/** The arguments of every list of articles that is not a story's own. */
export const listArguments = builder.args((t) => ({
  ...pageArguments,
  ...where,
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

interface RelatedArguments extends PageArguments {
  readonly where?: object | null | undefined;
}

interface ListArguments extends RelatedArguments {
  readonly orderBy?: keyof typeof ARTICLE_ORDERS | null | undefined;
  readonly includeStubs?: boolean | null | undefined;
}

/** What owns a list of articles, and how many it has, where sync has counted. */
interface Owner {
  readonly id: string;
  readonly articleCount?: number;
}

/** Refuses bad arguments of a list before execution. `owner` as its connection says it. */
export function checkList(owner: ListOwner | 'all') {
  return checks<ListArguments>((args) => {
    toWindow(toList(owner, args).order, args);
  });
}

export const checkRelated = checks<RelatedArguments>((args) => {
  toWindow(toRelatedList('related', args).order, args);
});

export const checkRelatedBy = checks<RelatedArguments>((args) => {
  toWindow(toRelatedList('relatedBy', args).order, args);
});

export function listAll({ articles, catalog }: GraphContext, args: ListArguments, info: GraphQLResolveInfo) {
  const list = toList('all', args);
  const shape = shapeOf(info, LISTED);
  const tally = () => articles.tally(list, facetsIn(info));
  return new ArticleListing(
    {
      order: list.order,
      page: (window) => articles.page({ list, window, shape }),
      count: () => (isWhole(list) ? catalog.articleCount : totalOf(tally)),
      tally,
    },
    windowFor(info, toWindow(list.order, args)),
  );
}

export function listOf(
  context: GraphContext,
  owner: ListOwner,
  { id, articleCount }: Owner,
  args: ListArguments,
  info: GraphQLResolveInfo,
) {
  const asked = context.oncePerField(info, () => new AskedList(context, owner, toList(owner, args), args, info));
  return asked.of(id, isWhole(asked.list) ? articleCount : undefined);
}

export function listRelated(
  context: GraphContext,
  owner: 'related' | 'relatedBy',
  id: string,
  args: RelatedArguments,
  info: GraphQLResolveInfo,
) {
  return context.oncePerField(info, () => new AskedList(context, owner, toRelatedList(owner, args), args, info)).of(id);
}

/** The page of an article's related list that is selected, if it is one, and its first: it is read with the article. */
export function relatedIn(info: GraphQLResolveInfo): PageOf | undefined {
  const [field, ...others] = selectedAt(info, 'related');
  if (!field || others.length > 0 || field.arguments?.some(({ name }) => name.value !== 'first')) return undefined;
  const isRead = [...selectedAt(info, 'related.nodes'), ...selectedAt(info, 'related.edges')].length > 0;
  const list = toRelatedList('related', {});
  const window = toWindow(list.order, { first: intArgument(info, field, 'first') });
  return isRead ? { list, window, shape: shapeOf(info, RELATED) } : undefined;
}

/** The lists of many owners, as one field asks for them. */
class AskedList {
  readonly list: ArticleList;
  readonly #window: Window;
  readonly #pages: (window: Window) => PagesOf;
  readonly #page: PagesOf;
  readonly #tallies: () => TalliesOf;

  constructor(
    { articles }: GraphContext,
    owner: ListOwner,
    list: ArticleList,
    args: PageArguments,
    info: GraphQLResolveInfo,
  ) {
    const shape = shapeOf(info, LISTED);
    this.list = list;
    this.#window = windowFor(info, toWindow(list.order, args));
    this.#pages = (window) => articles.pageOf(owner, { list, window, shape });
    this.#page = this.#pages(this.#window);
    this.#tallies = () => articles.tallyOf(owner, list, facetsIn(info));
  }

  /** `counted`: how many this owner's list holds, where that is known. */
  of(id: string, counted?: number): ArticleListing {
    const tally = () => this.#tallies().load(id);
    return new ArticleListing(
      {
        order: this.list.order,
        page: (window) => (window === this.#window ? this.#page : this.#pages(window)).load(id),
        count: () => counted ?? totalOf(tally),
        tally,
      },
      this.#window,
    );
  }
}

type PagesOf = ReturnType<GraphContext['articles']['pageOf']>;
type TalliesOf = ReturnType<GraphContext['articles']['tallyOf']>;

async function totalOf(tally: () => Promise<Tally>): Promise<number> {
  return (await tally()).total;
}

/** Whether sync has counted it already. */
function isWhole({ includeStubs, where }: ArticleList): boolean {
  return !includeStubs && where === undefined;
}

function toList(owner: ListOwner | 'all', { orderBy, includeStubs, where }: ListArguments): ArticleList {
  const order = ARTICLE_ORDERS[orderBy ?? 'NEWEST'];
  return { order: within(owner, order), includeStubs: includeStubs ?? false, where: toArticleWhere(where) };
}

function toRelatedList(owner: 'related' | 'relatedBy', { where }: RelatedArguments): ArticleList {
  const order = owner === 'related' ? FILE_ORDER : NEWEST;
  return { order: within(owner, order), includeStubs: true, where: toArticleWhere(where) };
}

/** An order as one connection knows it: a cursor of another is refused, even in the same order. */
function within(owner: string, order: Order): Order {
  return { ...order, name: `${owner}:${order.name}` };
}
