import { nameKey } from '../lib/name-key.ts';
import type { CatalogRows, Paired, ProviderRow, TopicRow } from './rows.ts';

/**
 * All providers and topics of one perspective at one content version, and how they meet: few beside
 * the articles, and part of nearly every answer, so they are kept in memory and never asked for.
 */
export class Catalog {
  readonly version: number;
  readonly providers: ReadonlyMap<string, ProviderRow>;
  readonly topics: ReadonlyMap<string, TopicRow>;
  /** Of all articles, stubs left out: each has one provider. */
  readonly articleCount: number;
  readonly #facets: CatalogRows['facets'];
  readonly #providersByDomain: ReadonlyMap<string, ProviderRow>;
  readonly #topicsBySlug: ReadonlyMap<string, TopicRow>;
  readonly #topicsOf: ReadonlyMap<string, readonly Paired<TopicRow>[]>;
  readonly #providersOf: ReadonlyMap<string, readonly Paired<ProviderRow>[]>;

  constructor({ version, providers, topics, pairs, facets }: CatalogRows) {
    this.version = version;
    this.#facets = facets;
    this.providers = new Map(providers.map((row) => [row.id, { ...row, nameKey: nameKey(row.name) }]));
    this.topics = new Map(topics.map((row) => [row.id, { ...row, nameKey: nameKey(row.name) }]));
    this.#providersByDomain = new Map([...this.providers.values()].map((row) => [row.domain, row]));
    this.#topicsBySlug = new Map([...this.topics.values()].map((row) => [row.slug, row]));
    this.articleCount = providers.reduce((sum, { articleCount }) => sum + articleCount, 0);
    const topicsOf = new Map<string, Paired<TopicRow>[]>();
    const providersOf = new Map<string, Paired<ProviderRow>[]>();
    for (const [providerId, topicId, pairCount] of pairs) {
      const provider = this.providers.get(providerId);
      const topic = this.topics.get(topicId);
      if (topic) push(topicsOf, providerId, { ...topic, pairCount });
      if (provider) push(providersOf, topicId, { ...provider, pairCount });
    }
    this.#topicsOf = topicsOf;
    this.#providersOf = providersOf;
  }

  /** Of an id that a row of the same content version names: then it is there. */
  provider(id: string): ProviderRow {
    return known(this.providers.get(id), id);
  }

  topic(id: string): TopicRow {
    return known(this.topics.get(id), id);
  }

  /** In lower case. */
  providerByDomain(domain: string): ProviderRow | undefined {
    return this.#providersByDomain.get(domain);
  }

  topicBySlug(slug: string): TopicRow | undefined {
    return this.#topicsBySlug.get(slug);
  }

  /** How many articles, stubs left out, have each type or category. */
  countsBy(facet: 'type' | 'category'): { readonly value: string; readonly count: number }[] {
    return this.#facets.filter((row) => row.facet === facet).map(({ value, count }) => ({ value, count }));
  }

  topicsOf(providerId: string): readonly Paired<TopicRow>[] {
    return this.#topicsOf.get(providerId) ?? [];
  }

  providersOf(topicId: string): readonly Paired<ProviderRow>[] {
    return this.#providersOf.get(topicId) ?? [];
  }
}

function known<Row>(row: Row | undefined, id: string): Row {
  if (row === undefined) throw new Error(`expected ${id} in the catalog: a row of the same content version names it`);
  return row;
}

function push<Row>(lists: Map<string, Row[]>, key: string, row: Row): void {
  const list = lists.get(key);
  if (list) list.push(row);
  else lists.set(key, [row]);
}
