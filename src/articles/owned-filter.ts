import type { Catalog } from '../catalog/catalog.ts';
import { type ProviderWhere, providersWhere } from '../catalog/provider-filter.ts';
import { type TopicWhere, topicsWhere } from '../catalog/topic-filter.ts';
import type { ArticleWhere } from './filter.ts';

/** The one provider or topic whose articles a filter asks for. */
export interface FilterOwner {
  readonly owner: 'provider' | 'topic';
  readonly id: string;
  /** What else the filter asks; undefined if nothing. */
  readonly where: ArticleWhere | undefined;
}

/**
 * A filter that names one provider or one topic asks for a list that has indexes of its own: it is
 * read as that owner's list, which is bounded by the page. Undefined for every other filter.
 */
export function filterOwnerOf(catalog: Catalog, where: ArticleWhere | undefined): FilterOwner | undefined {
  if (where === undefined) return undefined;
  const topic =
    where.topics?.some && theOnly(catalog.topics, (rows) => topicsWhere(rows, where.topics?.some as TopicWhere));
  if (topic) return { owner: 'topic', id: topic, where: without(where, { topics: onlyNone(where) }) };
  const provider =
    where.provider && theOnly(catalog.providers, (rows) => providersWhere(rows, where.provider as ProviderWhere));
  return provider ? { owner: 'provider', id: provider, where: without(where, { provider: undefined }) } : undefined;
}

/** The id of the only row that is meant; undefined if none is, several are, or there are no others. */
function theOnly<Row extends { readonly id: string }>(
  rows: ReadonlyMap<string, Row>,
  meant: (rows: readonly Row[]) => readonly Row[],
): string | undefined {
  const [first, ...others] = meant([...rows.values()]);
  return others.length === 0 && rows.size > 1 ? first?.id : undefined;
}

function onlyNone({ topics }: ArticleWhere): ArticleWhere['topics'] {
  return topics?.none == null ? undefined : { none: topics.none };
}

function without(where: ArticleWhere, changed: Partial<ArticleWhere>): ArticleWhere | undefined {
  const rest = { ...where, ...changed };
  return Object.values(rest).some((condition) => condition != null) ? rest : undefined;
}
