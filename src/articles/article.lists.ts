import { type SQL, sql } from 'drizzle-orm';
import { allOf } from '../db/conditions.ts';
import type { Reading } from '../db/reading.ts';
import { uuidArray, windowOf } from '../db/window.ts';
import type { Order, Window } from '../lib/keyset.ts';
import { type ArticleWhere, articleCondition, type FilterScope } from './article.filter.ts';
import { type ArticleRow, type ArticleShape, articleColumns, toArticleRow } from './article.queries.ts';
import type { Source } from './article.sources.ts';

/** Which articles a list holds, and in which order. */
export interface ArticleList {
  readonly order: Order;
  readonly includeStubs: boolean;
  readonly where?: ArticleWhere | null | undefined;
}

/** `position`: in the related list of the story that the edge leads from. `score` and `snippet`: of a search. */
export type ListedArticle = ArticleRow & {
  readonly position?: number;
  readonly score?: number;
  readonly snippet?: string;
};

export type Owned<Row> = Row & { readonly ownerId: string };

export interface ListScope extends FilterScope {
  readonly reading: Reading;
}

/** A page of a list that has no owner. */
export async function listArticles(
  scope: ListScope,
  source: Source,
  list: ArticleList,
  window: Window,
  shape: ArticleShape,
) {
  const rows = await scope.reading.rows<never>(pageOf(scope, source, list, window, shape));
  return rows.map(toArticleRow<ListedArticle>);
}

/** The same page of each owner's articles: one statement, which reads no more of any list than the page. */
export async function listArticlesOf(
  scope: ListScope,
  source: Source,
  ownerIds: readonly string[],
  list: ArticleList,
  window: Window,
  shape: ArticleShape,
) {
  const rows = await scope.reading.rows<never>(
    sql`select owner.id as "ownerId", page.* from unnest(${uuidArray(ownerIds)}) as owner (id)
        cross join lateral (${pageOf(scope, source, list, window, shape)}) page`,
  );
  return rows.map(toArticleRow<Owned<ListedArticle>>);
}

function pageOf(scope: ListScope, source: Source, list: ArticleList, window: Window, shape: ArticleShape): SQL {
  const { where, orderBy, limit } = windowOf(list.order, source.keys, window);
  return sql`select ${articleColumns(scope.tables, shape)}${source.extras} from ${source.from}
    where ${conditionOf(scope, source, list, where)} order by ${orderBy} limit ${limit}`;
}

/** What makes an article part of a list, or of a part of it. */
export function conditionOf(scope: FilterScope, source: Source, list: ArticleList, further?: SQL): SQL {
  const conditions = [
    source.owner && sql`${source.owner} = owner.id`,
    source.condition,
    list.includeStubs ? undefined : sql`not a.is_stub`,
    articleCondition(scope, list.where),
    further,
  ];
  return allOf(conditions) ?? sql`true`;
}
