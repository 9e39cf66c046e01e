import type { GraphQLResolveInfo } from 'graphql';
import { type ArticleList, isWhole, type ListedArticle, type PageOf } from '../../articles/lists.ts';
import { ARTICLE_ORDERS, FILE_ORDER, NEWEST } from '../../articles/orders.ts';
import type { ListOwner } from '../../articles/sources.ts';
import type { Tally } from '../../articles/tally.ts';
import type { Order, Window } from '../../lib/keyset.ts';
import type { GraphContext } from '../../loaders/context.ts';
import { Connection, type ConnectionSource, type PageArguments, toWindow, windowFor } from '../connection.ts';
import { intArgument, selectedAt } from '../look-ahead.ts';
import { facetsIn, LISTED, RELATED, shapeOf } from './selection.ts';
import { toArticleWhere } from './where.ts';

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

export interface RelatedArguments extends PageArguments {
  readonly where?: object | null | undefined;
}

export interface ListArguments extends RelatedArguments {
  readonly orderBy?: keyof typeof ARTICLE_ORDERS | null | undefined;
  readonly includeStubs?: boolean | null | undefined;
}

/** What owns a list of articles, and how many it has, where sync has counted. */
interface Owner {
  readonly id: string;
  readonly articleCount?: number;
}

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
  const lists = context.oncePerField(info, () => new FieldLists(context, owner, toList(owner, args), args, info));
  return lists.of(id, isWhole(lists.list) ? articleCount : undefined);
}

export function listRelated(
  context: GraphContext,
  owner: 'related' | 'relatedBy',
  id: string,
  args: RelatedArguments,
  info: GraphQLResolveInfo,
) {
  return context
    .oncePerField(info, () => new FieldLists(context, owner, toRelatedList(owner, args), args, info))
    .of(id);
}

/**
 * The page of an article's related list that is selected, if it is one, and its first: it is read
 * with the article.
 */
export function relatedIn(info: GraphQLResolveInfo): PageOf | undefined {
  const [field, ...others] = selectedAt(info, 'related');
  if (!field || others.length > 0 || field.arguments?.some(({ name }) => name.value !== 'first')) return undefined;
  const isRead = [...selectedAt(info, 'related.nodes'), ...selectedAt(info, 'related.edges')].length > 0;
  const list = toRelatedList('related', {});
  const window = toWindow(list.order, { first: intArgument(info, field, 'first') });
  return isRead ? { list, window, shape: shapeOf(info, RELATED) } : undefined;
}

/** The lists of many owners, as one field asks for them. */
class FieldLists {
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

export function toList(owner: ListOwner | 'all', { orderBy, includeStubs, where }: ListArguments): ArticleList {
  const order = ARTICLE_ORDERS[orderBy ?? 'NEWEST'];
  return { order: within(owner, order), includeStubs: includeStubs ?? false, where: toArticleWhere(where) };
}

export function toRelatedList(owner: 'related' | 'relatedBy', { where }: RelatedArguments): ArticleList {
  const order = owner === 'related' ? FILE_ORDER : NEWEST;
  return { order: within(owner, order), includeStubs: true, where: toArticleWhere(where) };
}

/** An order as one connection knows it: a cursor of another is refused, even in the same order. */
function within(owner: string, order: Order): Order {
  return { ...order, name: `${owner}:${order.name}` };
}
