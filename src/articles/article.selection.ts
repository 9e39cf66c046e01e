import type { GraphQLResolveInfo } from 'graphql';
import { intArgument, selectedAt } from '../look-ahead.ts';
import type { ArticleShape } from './article.queries.ts';
import { FACETS, type Facet } from './article.tally.ts';

/** Where the articles of a connection are selected. */
export const LISTED = [['nodes'], ['edges', 'node']] as const;

const ALL_IMAGES = 100;
const ADDRESSES = ['originalUrl', 'ampWebUrl', 'cdnAmpWebUrl'];

/** What of the articles at these places is selected: all fields of them together, under whatever alias. */
export function shapeOf(info: GraphQLResolveInfo, ...places: readonly (readonly string[])[]): ArticleShape {
  const at = (field: string) => places.flatMap((place) => selectedAt(info, [...place, field]));
  return {
    excerpt: at('excerpt').length > 0,
    addresses: ADDRESSES.some((field) => at(field).length > 0),
    topics: at('topics').length > 0,
    images: Math.max(0, ...at('images').map((field) => intArgument(info, field, 'first') ?? ALL_IMAGES)),
  };
}

/** The facets that are selected of a connection: they are counted together with its total. */
export function facetsIn(info: GraphQLResolveInfo): Facet[] {
  return FACETS.filter((facet) => selectedAt(info, ['facets', facet]).length > 0);
}
