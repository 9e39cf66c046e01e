import type { GraphQLResolveInfo } from 'graphql';
import { intArgument, selectedAt } from '../look-ahead.ts';
import type { ArticleShape } from './article.queries.ts';
import { FACETS, type Facet } from './article.tally.ts';

/** Where the articles of a connection are selected. */
export const LISTED = [['nodes'], ['edges', 'node']] as const;

const ALL_IMAGES = 100;

/** What of the articles at these places is selected: all fields of them together, under whatever alias. */
export function shapeOf(info: GraphQLResolveInfo, ...places: readonly (readonly string[])[]): ArticleShape {
  const images = places.flatMap((place) => selectedAt(info, [...place, 'images']));
  return { images: Math.max(0, ...images.map((field) => intArgument(info, field, 'first') ?? ALL_IMAGES)) };
}

/** The facets that are selected of a connection: they are counted together with its total. */
export function facetsIn(info: GraphQLResolveInfo): Facet[] {
  return FACETS.filter((facet) => selectedAt(info, ['facets', facet]).length > 0);
}
