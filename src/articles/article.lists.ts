import { type SQL, sql } from 'drizzle-orm';
import { allOf } from '../db/conditions.ts';
import type { Reading, Select } from '../db/reading.ts';
import type { Values } from '../db/statement.ts';
import { behindOf, type KeyColumns, uuids, windowName, windowOf, windowValues } from '../db/window.ts';
import type { Order, Window } from '../lib/keyset.ts';
import { type ArticleWhere, articleCondition, type FilterScope } from './article.filter.ts';
import { type ArticleRow, type ArticleShape, articleColumns, shapeName, toArticleRow } from './article.queries.ts';
import type { Source } from './article.sources.ts';

/** Which articles a list holds, and in which order. */
export interface ArticleList {
  readonly order: Order;
  readonly includeStubs: boolean;
  readonly where?: ArticleWhere | undefined;
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

/** A part of a list, and what of its articles is to be read. */
export interface PageOf {
  readonly list: ArticleList;
  readonly window: Window;
  readonly shape: ArticleShape;
}

/** A page of a list that has no owner. */
export async function listArticles(scope: ListScope, source: Source, page: PageOf): Promise<ListedArticle[]> {
  const select = selectOf('page', source, page, () => writePage(scope, source, page));
  const rows = await scope.reading.rows<never>(select, valuesOf(source, page));
  return rows.map(toArticleRow<ListedArticle>);
}

/** The same page of each owner's articles: one statement, which reads no more of any list than the page. */
export async function listArticlesOf(
  scope: ListScope,
  source: Source,
  ownerIds: readonly string[],
  page: PageOf,
): Promise<Owned<ListedArticle>[]> {
  const select = selectOf(
    'pages',
    source,
    page,
    () => sql`select owner.id as "ownerId", page.* from unnest(${sql.placeholder('ownerIds')}::uuid[]) as owner (id)
      cross join lateral (${writePage(scope, source, page)}) page`,
  );
  const rows = await scope.reading.rows<never>(select, { ...valuesOf(source, page), ownerIds: uuids(ownerIds) });
  return rows.map(toArticleRow<Owned<ListedArticle>>);
}

function selectOf(kind: string, source: Source, page: PageOf, write: () => SQL): Select {
  if (page.list.where !== undefined) return { haste: 'patient', write };
  return { name: [kind, source.name, pageName(page)].join(':'), haste: source.haste, write };
}

/** What of a page makes its statement another one; filters are never the same twice. */
export function pageName({ list: { order, includeStubs }, window, shape }: PageOf): string {
  const keys = order.keys.map(({ name }) => name);
  return [keys, order.descending, includeStubs, windowName(window), shapeName(shape)].join(':');
}

function valuesOf({ values }: Source, { window, shape }: PageOf): Values {
  return { ...values, ...windowValues(window), images: shape.images };
}

export function writePage(scope: ListScope, source: Source, page: PageOf): SQL {
  const { list, window } = page;
  const rows = source.score ? scoredRows(scope, source, page, source.score) : rowsOf(scope, source, page);
  return window.looksBehind
    ? sql`select rows.*, behind."isBehind"
        from unnest(array[(${writeBehind(scope, source, list, window)})]) as behind ("isBehind") cross join (${rows}) rows`
    : rows;
}

function rowsOf(scope: ListScope, source: Source, { list, window, shape }: PageOf): SQL {
  const { where, orderBy, limit } = windowOf(list.order, source.keys, window);
  return sql`select ${articleColumns(scope.tables, shape)}${source.extras} from ${source.from}
    where ${conditionOf(scope, source, list, where)} order by ${orderBy} limit ${limit}`;
}

/** All that may be on the page are sorted, so no more is read of them than that takes; the rest only of the page. */
function scoredRows(scope: ListScope, source: Source, { list, window, shape }: PageOf, score: SQL): SQL {
  const { where, orderBy, limit } = windowOf(list.order, source.keys, window);
  const again = windowOf(list.order, SCORED_KEYS, window).orderBy;
  return sql`select ${articleColumns(scope.tables, shape)}, s.score${source.extras}
    from (select a.id, ${score} as score from ${source.from}
      where ${conditionOf(scope, source, list, where)} order by ${orderBy} limit ${limit}) s
    join ${scope.tables.articles} a on a.id = s.id order by ${again}`;
}

const SCORED_KEYS: KeyColumns = { id: sql.raw('s.id'), score: sql.raw('s.score') };

/** One look along the same index, the other way. */
function writeBehind(scope: ListScope, source: Source, list: ArticleList, window: Window): SQL {
  const { where, orderBy } = behindOf(list.order, source.keys, window);
  return sql`select true from ${source.from} where ${conditionOf(scope, source, list, where)} order by ${orderBy} limit 1`;
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
