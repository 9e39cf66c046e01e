import { type SQL, sql } from 'drizzle-orm';
import { allOf } from '../db/conditions.ts';
import type { Reading, Select } from '../db/reading.ts';
import type { Values } from '../db/statement.ts';
import { behindOf, type KeyColumns, uuids, windowName, windowOf, windowValues } from '../db/window.ts';
import type { Order, Window } from '../lib/keyset.ts';
import { type ArticleWhere, articleCondition, type FilterScope } from './filter.ts';
import { type ArticleRow, type ArticleShape, articleColumns, shapeName, toArticleRow } from './queries.ts';
import { NOTHING, type Source, type SourceSql } from './sources.ts';

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

/** Whether sync has counted all of a list: then it needs no statement. */
export function isWhole({ includeStubs, where }: ArticleList): boolean {
  return !includeStubs && where === undefined;
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
  const { where } = page.list;
  if (where !== undefined) return { queryClass: isWalked(page.list) ? source.queryClass : 'scan', write };
  return { name: [kind, source.name, pageName(page)].join(':'), queryClass: source.queryClass, write };
}

/** Whether a filter only bounds the order: then a page is one walk along its index all the same. */
function isWalked({ where = {}, order }: ArticleList): boolean {
  const [first] = order.keys;
  const asked = Object.entries(where).filter(([, condition]) => condition != null);
  return (
    first?.name === 'publishedDateTime' && asked.every(([name, condition]) => name === first.name && isRange(condition))
  );
}

function isRange(comparison: object): boolean {
  return Object.keys(comparison).every((operator) => ['eq', 'gt', 'gte', 'lt', 'lte'].includes(operator));
}

/** What of a page makes its statement another one; filters are never the same twice. */
export function pageName({ list: { order, includeStubs }, window, shape }: PageOf): string {
  const keys = order.keys.map(({ name }) => name);
  return [keys, order.descending, includeStubs, windowName(window), shapeName(shape)].join(':');
}

function valuesOf({ values }: Source, { window, shape }: PageOf): Values {
  return { ...values, ...windowValues(window), images: shape.images };
}

export function writePage(scope: ListScope, { write }: Source, { list, window, shape }: PageOf): SQL {
  const source = write();
  const score = source.score ? sql`, ${FOUND_KEYS['score']}` : NOTHING;
  const columns = sql`${articleColumns(scope.tables, shape)}${score}${source.extras}`;
  const rows = writeRows(scope, source, { list, window }, columns);
  return window.looksBehind
    ? sql`select rows.*, behind."isBehind"
        from unnest(array[(${writeBehind(scope, source, list, window)})]) as behind ("isBehind") cross join (${rows}) rows`
    : rows;
}

/** The rows of a page, with these columns of `articles a`. */
export function writeRows(
  scope: FilterScope,
  source: SourceSql,
  { list, window }: Omit<PageOf, 'shape'>,
  columns: SQL,
): SQL {
  const { where, orderBy, limit } = windowOf(list.order, source.keys, window);
  const condition = conditionOf(scope, source, list, where);
  if (source.score === undefined && !readsStubsApart(source, list)) {
    return sql`select ${columns} from ${source.from} where ${condition} order by ${orderBy} limit ${limit}`;
  }
  const keys = source.score ? SCORE_KEYS : source.keys;
  // What does not filter articles need not read them.
  const from = list.where === undefined ? (source.edges ?? source.from) : source.from;
  const named = list.order.keys.map(({ name }) => sql`${keys[name]} as ${sql.identifier(name)}`);
  const part = (
    further?: SQL,
  ) => sql`select ${source.score ? sql`a.id, ${source.score} as score` : sql.join(named, sql`, `)}
    from ${from} where ${allOf([condition, further]) ?? sql`true`}
    order by ${windowOf(list.order, keys, window).orderBy} limit ${limit}`;
  // The page is found first, and no more is read of an article that is not on it.
  const found = source.score ? part() : bothParts(source, part, list.order, window);
  const by = windowOf(list.order, FOUND_KEYS, window).orderBy;
  return sql`select ${columns} from (${found}) s join ${scope.tables.articles} a on a.id = s.id order by ${by}`;
}

/** With stubs a list is read in two parts, as the index of each order has them apart. */
function readsStubsApart({ stub }: SourceSql, { includeStubs }: ArticleList): boolean {
  return includeStubs && stub !== undefined;
}

function bothParts(source: SourceSql, part: (further: SQL) => SQL, order: Order, window: Window): SQL {
  const { orderBy, limit } = windowOf(order, PART_KEYS, window);
  return sql`select * from (
    (${part(sql`not ${source.stub}`)}) union all (${part(sql`${source.stub}`)})) p order by ${orderBy} limit ${limit}`;
}

const SCORE_KEYS: KeyColumns = { id: sql.raw('a.id'), score: sql.raw('score') };

/** The keys of each order in a sub-select of this name. */
const keysIn = (name: string): KeyColumns =>
  Object.fromEntries(
    ['id', 'publishedDateTime', 'heatRank', 'qualityRank', 'trending', 'score'].map((key) => [
      key,
      sql`${sql.raw(name)}.${sql.identifier(key)}`,
    ]),
  );

const PART_KEYS = keysIn('p');

/** The keys of a page that is found before its articles are read. */
export const FOUND_KEYS = keysIn('s');

/** Whether a list goes on behind a window. One look along the same index, the other way. */
export function writeBehind(scope: FilterScope, source: SourceSql, list: ArticleList, window: Window): SQL {
  const { where, orderBy } = behindOf(list.order, source.keys, window);
  const part = (further?: SQL) =>
    sql`select true from ${source.from}
      where ${allOf([conditionOf(scope, source, list, where), further]) ?? sql`true`} order by ${orderBy} limit 1`;
  if (!readsStubsApart(source, list)) return part();
  return sql`(${part(sql`not ${source.stub}`)}) union all (${part(source.stub)}) limit 1`;
}

/** What makes an article part of a list, or of a part of it. */
export function conditionOf(scope: FilterScope, source: SourceSql, list: ArticleList, further?: SQL): SQL {
  const conditions = [
    source.owner && sql`${source.owner} = owner.id`,
    source.condition,
    list.includeStubs || source.stub === undefined ? undefined : sql`not ${source.stub}`,
    articleCondition(scope, list.where),
    further,
  ];
  return allOf(conditions) ?? sql`true`;
}
