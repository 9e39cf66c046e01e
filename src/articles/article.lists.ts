import { and, count, eq, getTableColumns, not, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Perspective } from '../db/perspective.ts';
import type { PerspectiveTables } from '../db/tables.ts';
import { parentId, parentsOf, uuidArray, windowOf } from '../db/window.ts';
import type { Order, Window } from '../lib/keyset.ts';
import type { ArticleRow } from './article.queries.ts';

/** Whose list of articles it is. */
export type ListOwner = 'provider' | 'topic' | 'image' | 'related' | 'relatedBy';

/** Which articles a list holds, and in which order. */
export interface ArticleList {
  readonly order: Order;
  readonly includeStubs: boolean;
}

/** `position` is the place in the related list of the story that the edge leads from; elsewhere null. */
export type ListedArticle = ArticleRow & { readonly position: number | null };

/** How the articles of an owner are found: all from `articles`, through `edge` where there is one. */
interface Source {
  readonly edge?: { readonly table: PgTable; readonly on: SQL };
  /** The column that names the owner. */
  readonly owner: PgColumn;
  readonly position?: PgColumn;
  /** The columns that bear the order's keys where the edge has its own, so that its index serves them. */
  readonly keys?: Readonly<Record<string, PgColumn>>;
}

function sourceOf(owner: ListOwner, tables: PerspectiveTables): Source {
  const { articles, articleTopics, articleImages, articleRelated } = tables;
  switch (owner) {
    case 'provider':
      return { owner: articles.providerId };
    case 'topic':
      return {
        edge: { table: articleTopics, on: eq(articleTopics.articleId, articles.id) },
        owner: articleTopics.topicId,
        keys: { publishedDateTime: articleTopics.publishedDateTime, id: articleTopics.articleId },
      };
    case 'image':
      return {
        edge: { table: articleImages, on: eq(articleImages.articleId, articles.id) },
        owner: articleImages.imageId,
      };
    case 'related':
      return {
        edge: { table: articleRelated, on: eq(articleRelated.relatedId, articles.id) },
        owner: articleRelated.articleId,
        position: articleRelated.position,
        keys: { position: articleRelated.position },
      };
    case 'relatedBy':
      return {
        edge: { table: articleRelated, on: eq(articleRelated.articleId, articles.id) },
        owner: articleRelated.relatedId,
        position: articleRelated.position,
      };
  }
}

/** A page of all articles. */
export function listArticles({ drizzle, tables: { articles } }: Perspective, list: ArticleList, window: Window) {
  const { where, orderBy, limit } = windowOf(list.order, keyColumns(list.order, articles), window);
  return drizzle
    .select({ ...getTableColumns(articles), position: sql<null>`null::integer`.as('position') })
    .from(articles)
    .where(and(where, withoutStubs(articles, list)))
    .orderBy(...orderBy)
    .limit(limit);
}

/** The same page of each owner's articles: one statement, which reads no more of any list than the page. */
export async function listArticlesOf(
  { drizzle, tables }: Perspective,
  owner: ListOwner,
  ownerIds: readonly string[],
  list: ArticleList,
  window: Window,
): Promise<(ListedArticle & { ownerId: string })[]> {
  const { articles } = tables;
  const source = sourceOf(owner, tables);
  const keys = keyColumns(list.order, articles, source.keys);
  const { where, orderBy, limit } = windowOf(list.order, keys, window);
  const articlesOfOne = drizzle
    .select({
      ...getTableColumns(articles),
      position: sql<number | null>`${source.position ?? sql`null::integer`}`.as('position'),
    })
    .from(articles)
    .$dynamic();
  if (source.edge) articlesOfOne.innerJoin(source.edge.table, source.edge.on);
  const page = articlesOfOne
    .where(and(eq(source.owner, parentId), where, withoutStubs(articles, list)))
    .orderBy(...orderBy)
    .limit(limit)
    .as('page');
  return drizzle
    .select({ ...page._.selectedFields, ownerId: parentId })
    .from(parentsOf(ownerIds))
    .crossJoinLateral(page);
}

export async function countArticles(
  { drizzle, tables: { articles } }: Perspective,
  list: ArticleList,
): Promise<number> {
  const [row] = await drizzle.select({ total: count() }).from(articles).where(withoutStubs(articles, list));
  return row?.total ?? 0;
}

/** How many articles each owner has; owners without any are left out. */
export async function countArticlesOf(
  { drizzle, tables }: Perspective,
  owner: ListOwner,
  ownerIds: readonly string[],
  list: ArticleList,
): Promise<{ ownerId: string; total: number }[]> {
  const { articles } = tables;
  const source = sourceOf(owner, tables);
  const counted = drizzle
    .select({ ownerId: sql<string>`${source.owner}`, total: count() })
    .from(articles)
    .$dynamic();
  if (source.edge) counted.innerJoin(source.edge.table, source.edge.on);
  return counted
    .where(and(sql`${source.owner} = any(${uuidArray(ownerIds)})`, withoutStubs(articles, list)))
    .groupBy(source.owner);
}

function keyColumns(
  order: Order,
  articles: PerspectiveTables['articles'],
  own: Readonly<Record<string, PgColumn>> = {},
) {
  const columns: Readonly<Record<string, PgColumn>> = { ...getTableColumns(articles), ...own };
  return order.keys.map(({ name }) => columns[name] as PgColumn);
}

function withoutStubs(articles: PerspectiveTables['articles'], { includeStubs }: ArticleList): SQL | undefined {
  return includeStubs ? undefined : not(articles.isStub);
}
