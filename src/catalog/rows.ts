import type { ImageRow } from '../images/queries.ts';

/** `nameKey` is what the name is sorted by. */
export interface ProviderRow {
  readonly id: string;
  readonly domain: string;
  readonly name: string;
  readonly nameKey: string;
  /** Stubs left out. */
  readonly articleCount: number;
  /** Its logo, mostly. */
  readonly images: readonly ImageRow[];
}

export interface TopicRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly nameKey: string;
  readonly articleCount: number;
}

/**
 * A topic of a provider, or a provider of a topic: `pairCount` is how many articles they have in
 * common.
 */
export type Paired<Row> = Row & { readonly pairCount: number };

/** A provider, a topic, and how many articles of the one are about the other. */
export type Pair = readonly [providerId: string, topicId: string, articleCount: number];

export interface CatalogRows {
  readonly version: number;
  readonly providers: readonly (Omit<ProviderRow, 'nameKey'> & { readonly images: readonly ImageRow[] })[];
  readonly topics: readonly Omit<TopicRow, 'nameKey'>[];
  readonly pairs: readonly Pair[];
  readonly facets: readonly FacetRow[];
}

/** How many articles, stubs left out, have a type or a category. */
export interface FacetRow {
  readonly facet: 'type' | 'category';
  readonly value: string;
  readonly count: number;
}
