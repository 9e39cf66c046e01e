import { type SQL, sql } from 'drizzle-orm';
import type { Catalog } from '../catalog/catalog.ts';
import { type ProviderWhere, providersWhere } from '../catalog/provider-filter.ts';
import { type TopicWhere, topicsWhere } from '../catalog/topic-filter.ts';
import { allOf, compared, joined } from '../db/conditions.ts';
import type { PerspectiveTables } from '../db/tables.ts';
import { uuidArray } from '../db/window.ts';
import type { Comparison, Joined } from '../lib/comparison.ts';

/** Of a list that an article has: whether some of it, or none of it, is as `Where` says. */
interface ListFilter<Where> {
  readonly some?: Where | null | undefined;
  readonly none?: Where | null | undefined;
}

/** Which articles are meant. Each condition that is given must hold; `{}` and null ask nothing. */
export interface ArticleWhere extends Joined<ArticleWhere> {
  /** Uuids. */
  readonly id?: Comparison<string> | null | undefined;
  readonly type?: Comparison<string> | null | undefined;
  readonly category?: Comparison<string> | null | undefined;
  readonly publishedDateTime?: Comparison<Date> | null | undefined;
  readonly quality?: Comparison<number> | null | undefined;
  readonly heat?: Comparison<number> | null | undefined;
  readonly published?: Comparison<boolean> | null | undefined;
  readonly isStub?: Comparison<boolean> | null | undefined;
  readonly hasImage?: boolean | null | undefined;
  readonly provider?: ProviderWhere | null | undefined;
  readonly topics?: ListFilter<TopicWhere> | null | undefined;
  readonly related?: ListFilter<ArticleWhere> | null | undefined;
  readonly relatedBy?: ListFilter<ArticleWhere> | null | undefined;
}

/** What a condition on articles is made over. */
export interface FilterScope {
  readonly tables: PerspectiveTables;
  readonly catalog: Catalog;
}

/** The condition that `where` puts on the table `articles` under the name `a`. Undefined if it asks nothing. */
export function articleCondition(scope: FilterScope, where: ArticleWhere | null | undefined): SQL | undefined {
  return where == null ? undefined : conditionOn(scope, where, 0);
}

/** `depth` tells the articles of a filter within a filter apart from those around them. */
function conditionOn(scope: FilterScope, where: ArticleWhere, depth: number): SQL | undefined {
  const column = (name: string) => sql.raw(`${aliasAt(depth)}.${name}`);
  return allOf([
    compared(column('id'), 'uuid', where.id),
    compared(column('type'), 'text', where.type),
    compared(column('category'), 'text', where.category),
    compared(column('published_date_time'), 'timestamptz', where.publishedDateTime),
    compared(column('quality'), 'integer', where.quality),
    compared(column('heat'), 'integer', where.heat),
    compared(column('published'), 'boolean', where.published),
    compared(column('is_stub'), 'boolean', where.isStub),
    compared(column('has_image'), 'boolean', { eq: where.hasImage }),
    providerCondition(scope, column('provider_id'), where.provider),
    topicsCondition(scope, column('topic_ids'), where.topics),
    relatedCondition(scope, where.related, depth, 'article_id', 'related_id'),
    relatedCondition(scope, where.relatedBy, depth, 'related_id', 'article_id'),
    joined(where, (inner) => conditionOn(scope, inner, depth)),
  ]);
}

function aliasAt(depth: number): string {
  return depth === 0 ? 'a' : `a${depth}`;
}

/** Providers are few and in memory: which ones are meant is known before the database is asked. */
function providerCondition({ catalog }: FilterScope, column: SQL, where: ArticleWhere['provider']): SQL | undefined {
  if (where == null) return undefined;
  const providers = providersWhere([...catalog.providers.values()], where);
  if (providers.length === catalog.providers.size) return undefined;
  return sql`${column} = any(${uuidArray(providers.map(({ id }) => id))})`;
}

function topicsCondition({ catalog }: FilterScope, column: SQL, filter: ArticleWhere['topics']): SQL | undefined {
  const anyWhere = (where: TopicWhere) => {
    const topics = topicsWhere([...catalog.topics.values()], where);
    if (topics.length === catalog.topics.size) return sql`cardinality(${column}) > 0`;
    return sql`${column} && ${uuidArray(topics.map(({ id }) => id))}`;
  };
  return allOf([
    filter?.some == null ? undefined : anyWhere(filter.some),
    filter?.none == null ? undefined : sql`not (${anyWhere(filter.none)})`,
  ]);
}

function relatedCondition(
  scope: FilterScope,
  filter: ListFilter<ArticleWhere> | null | undefined,
  depth: number,
  from: string,
  to: string,
): SQL | undefined {
  const { articles, articleRelated } = scope.tables;
  const outer = aliasAt(depth);
  const inner = aliasAt(depth + 1);
  const edge = `e${depth + 1}`;
  const existsWhere = (where: ArticleWhere) => {
    const condition = conditionOn(scope, where, depth + 1) ?? sql`true`;
    return sql`exists (
      select from ${articleRelated} ${sql.raw(edge)} join ${articles} ${sql.raw(inner)} on ${sql.raw(`${inner}.id = ${edge}.${to}`)}
      where ${sql.raw(`${edge}.${from} = ${outer}.id`)} and ${condition})`;
  };
  return allOf([
    filter?.some == null ? undefined : existsWhere(filter.some),
    filter?.none == null ? undefined : sql`not ${existsWhere(filter.none)}`,
  ]);
}
