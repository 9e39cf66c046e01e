import { type SQL, sql } from 'drizzle-orm';
import type { Catalog } from '../catalog/catalog.ts';
import type { Select } from '../db/reading.ts';
import { uuids } from '../db/window.ts';
import { type ArticleList, conditionOf, type ListScope, type Owned } from './lists.ts';
import type { Source } from './sources.ts';

/** What articles can be counted by. */
export const FACETS = ['topics', 'providers', 'types', 'categories'] as const;

export type Facet = (typeof FACETS)[number];

/** How many articles of a list have a value: the uuid of a topic or provider, a type, a category. */
export interface FacetCount {
  readonly value: string;
  readonly count: number;
}

/** How many articles a list holds on all its pages together, in all and by each facet that was asked for. */
export type Tally = { readonly total: number } & { readonly [F in Facet]?: readonly FacetCount[] };

/** Whose list it is: of all articles, or of one provider or topic. */
export type KnownOwner = { readonly owner: 'all' } | { readonly owner: 'provider' | 'topic'; readonly id: string };

/**
 * The tally of a list without a filter, as far as sync has counted it. Undefined where one of the
 * facets is not counted: then the list is looked at.
 */
export function knownTally(catalog: Catalog, of: KnownOwner, facets: readonly Facet[]): Tally | undefined {
  const counts = COUNTS[of.owner](catalog, of.owner === 'all' ? '' : of.id);
  if (!facets.every((facet) => counts[facet])) return undefined;
  const known = facets.map((facet) => [facet, counts[facet]?.() ?? []] as const);
  return { total: counts.total(), ...Object.fromEntries(known) };
}

type Counts = { readonly total: () => number } & { readonly [F in Facet]?: () => FacetCount[] };

const COUNTS: Readonly<Record<KnownOwner['owner'], (catalog: Catalog, id: string) => Counts>> = {
  all: (catalog) => ({
    total: () => catalog.articleCount,
    topics: () => countsOf(catalog.topics.values(), ({ articleCount }) => articleCount),
    providers: () => countsOf(catalog.providers.values(), ({ articleCount }) => articleCount),
    types: () => catalog.countsBy('type'),
    categories: () => catalog.countsBy('category'),
  }),
  provider: (catalog, id) => ({
    total: () => catalog.providers.get(id)?.articleCount ?? 0,
    topics: () => countsOf(catalog.topicsOf(id), ({ pairCount }) => pairCount),
    providers: () => countsOf([catalog.provider(id)], ({ articleCount }) => articleCount),
  }),
  topic: (catalog, id) => ({
    total: () => catalog.topics.get(id)?.articleCount ?? 0,
    providers: () => countsOf(catalog.providersOf(id), ({ pairCount }) => pairCount),
  }),
};

function countsOf<Row extends { readonly id: string }>(
  rows: Iterable<Row>,
  countOf: (row: Row) => number,
): FacetCount[] {
  return [...rows].map((row) => ({ value: row.id, count: countOf(row) })).filter(({ count }) => count > 0);
}

export async function tallyArticles(
  scope: ListScope,
  source: Source,
  list: ArticleList,
  facets: readonly Facet[],
): Promise<Tally> {
  const select = selectOf('tally', source, list, facets, () => writeTally(scope, source, list, facets));
  const [tally] = await scope.reading.rows<Tally>(select, source.values ?? {});
  return tally ?? { total: 0 };
}

/** The tally of each owner's list. */
export function talliesOf(
  scope: ListScope,
  source: Source,
  ownerIds: readonly string[],
  list: ArticleList,
  facets: readonly Facet[],
): Promise<Owned<Tally>[]> {
  const select = selectOf(
    'tallies',
    source,
    list,
    facets,
    () => sql`select owner.id as "ownerId", tally.* from unnest(${sql.placeholder('ownerIds')}::uuid[]) as owner (id)
      cross join lateral (${writeTally(scope, source, list, facets)}) tally`,
  );
  return scope.reading.rows(select, { ...source.values, ownerIds: uuids(ownerIds) });
}

/** To count is to look at all: however quick its pages are, a list may be long. */
function selectOf(
  kind: string,
  source: Source,
  { includeStubs, where }: ArticleList,
  facets: readonly Facet[],
  write: () => SQL,
): Select {
  const name = [kind, source.name, includeStubs, ...facets].join(':');
  return { name: where === undefined ? name : undefined, queryClass: 'scan', write };
}

/** One row, of one look at the articles, however many facets there are: so they agree with each other and the total. */
function writeTally(scope: ListScope, { write }: Source, list: ArticleList, facets: readonly Facet[]): SQL {
  const source = write();
  const condition = conditionOf(scope, source, list);
  if (facets.length === 0) return sql`select count(*)::integer as total from ${source.from} where ${condition}`;
  const columns = facets.map((facet) => sql`, (${countedBy(VALUES[facet])}) as ${sql.identifier(facet)}`);
  return sql`with hits as materialized (
      select a.provider_id, a.type, a.category, a.topic_ids from ${source.from} where ${condition})
    select (select count(*) from hits)::integer as total${sql.join(columns)}`;
}

/** Each gives the values of all hits, as many rows as hits have them. */
const VALUES: Readonly<Record<Facet, SQL>> = {
  topics: sql.raw('select unnest(topic_ids) as value from hits'),
  providers: sql.raw('select provider_id as value from hits'),
  types: sql.raw('select type as value from hits'),
  categories: sql.raw('select category as value from hits where category is not null'),
};

function countedBy(values: SQL): SQL {
  return sql`select coalesce(json_agg(json_build_object('value', value, 'count', n)), '[]')
    from (select value, count(*) as n from (${values}) listed group by value) counted`;
}
