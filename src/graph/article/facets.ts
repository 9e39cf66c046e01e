import type { FacetCount, Tally } from '../../articles/tally.ts';
import { checks } from '../argument-check.ts';
import { builder } from '../builder.ts';
import { checkLimit } from '../connection.ts';
import { costs } from '../field-cost.ts';
import { Provider, Topic } from '../refs.ts';
import { ArticleType } from './type.ts';

const MAX_FACETS = 1_000;
/** What a facet without a size is taken to cost: no list has as many topics as it may have. */
const USUAL_FACETS = 100;

const COUNT = 'How many articles of the list, on all its pages together.';

const TopicFacet = builder.objectRef<FacetCount>('TopicFacet').implement({
  description: 'How many articles of a list are about a topic.',
  fields: (t) => ({
    topic: t.field({
      type: Topic,
      description: 'The topic.',
      resolve: ({ value }, _args, { catalog }) => catalog.topic(value),
    }),
    count: t.exposeInt('count', { description: COUNT }),
  }),
});

const ProviderFacet = builder.objectRef<FacetCount>('ProviderFacet').implement({
  description: 'How many articles of a list are of a provider.',
  fields: (t) => ({
    provider: t.field({
      type: Provider,
      description: 'The provider.',
      resolve: ({ value }, _args, { catalog }) => catalog.provider(value),
    }),
    count: t.exposeInt('count', { description: COUNT }),
  }),
});

const TypeFacet = builder.objectRef<FacetCount>('TypeFacet').implement({
  description: 'How many articles of a list are of a type.',
  fields: (t) => ({
    value: t.field({ type: ArticleType, description: 'The type.', resolve: ({ value }) => value as never }),
    count: t.exposeInt('count', { description: COUNT }),
  }),
});

const CategoryFacet = builder.objectRef<FacetCount>('CategoryFacet').implement({
  description: 'How many articles of a list are in a category.',
  fields: (t) => ({
    value: t.exposeString('value', { description: 'The category.' }),
    count: t.exposeInt('count', { description: COUNT }),
  }),
});

const facetArguments = builder.args((t) => ({
  first: t.int({ description: `How many at most: 0 to ${MAX_FACETS}; ${MAX_FACETS} if not given.` }),
}));

interface FacetArguments {
  readonly first?: number | null | undefined;
}

const checkFacets = checks<FacetArguments>(({ first }) => {
  checkLimit('first', first, MAX_FACETS);
});

export const ArticleFacets = builder.objectRef<Tally>('ArticleFacets').implement({
  description:
    'What the articles of a list have in common, on all its pages together, highest count first. Counted only when selected. ' +
    'The counts of types and of providers each add up to `totalCount`.',
  fields: (t) => ({
    topics: t.field({
      type: [TopicFacet],
      description: 'Their topics. An article counts for each of its topics, or for none.',
      args: facetArguments,
      extensions: { ...checkFacets, ...costs({ items: USUAL_FACETS }) },
      resolve: ({ topics = [] }, { first }, { catalog }) =>
        highestFirst(topics, (id) => catalog.topic(id).nameKey).slice(0, first ?? MAX_FACETS),
    }),
    providers: t.field({
      type: [ProviderFacet],
      description: 'Their providers.',
      args: facetArguments,
      extensions: { ...checkFacets, ...costs({ items: USUAL_FACETS }) },
      resolve: ({ providers = [] }, { first }, { catalog }) =>
        highestFirst(providers, (id) => catalog.provider(id).nameKey).slice(0, first ?? MAX_FACETS),
    }),
    types: t.field({
      type: [TypeFacet],
      description: 'Their types.',
      resolve: ({ types = [] }) => highestFirst(types, (type) => type),
    }),
    categories: t.field({
      type: [CategoryFacet],
      description: 'Their categories. An article without one counts for none.',
      args: facetArguments,
      extensions: { ...checkFacets, ...costs({ items: USUAL_FACETS }) },
      resolve: ({ categories = [] }, { first }) =>
        highestFirst(categories, (category) => category).slice(0, first ?? MAX_FACETS),
    }),
  }),
});

/** What ties is in the sequence of its name, then of its id. */
function highestFirst(counts: readonly FacetCount[], nameOf: (value: string) => string): FacetCount[] {
  const named = counts.map((facet) => ({ ...facet, name: nameOf(facet.value) }));
  return named.sort((a, b) => b.count - a.count || compare(a.name, b.name) || compare(a.value, b.value));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
