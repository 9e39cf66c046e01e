import type { GraphQLResolveInfo } from 'graphql';
import { intArgument, selectedAt } from '../look-ahead.ts';
import type { ArticleShape } from './article.queries.ts';
import { FACETS, type Facet } from './article.tally.ts';

/** Where an article lies under a field: at the field itself, or where a connection holds its articles. */
export const ITSELF = [''];
export const LISTED = ['nodes.', 'edges.node.'];
export const RELATED = LISTED.map((place) => `related.${place}`);

const ALL_IMAGES = 100;

const FACTS = ['category', 'type', 'quality', 'heat', 'published', 'isStub'];
const CURSORS = ['edges.cursor', 'pageInfo.startCursor', 'pageInfo.endCursor'];

/**
 * What of the articles at these places is selected: all fields of them together, under whatever alias. `connection` is where the
 * list is that they stand in, if they do: its cursors are made of them.
 */
export function shapeOf(info: GraphQLResolveInfo, places: readonly string[], connection?: string): ArticleShape {
  const isSelected = (field: string) => places.some((place) => selectedAt(info, place + field).length > 0);
  const hasCursors =
    connection !== undefined && CURSORS.some((cursor) => selectedAt(info, connection + cursor).length > 0);
  const isTrending = isSelected('trending');
  return {
    facts: isTrending || FACTS.some(isSelected),
    date: hasCursors || isSelected('publishedDateTime'),
    ranks: hasCursors || isTrending,
    excerpt: isSelected('excerpt'),
    addresses: isSelected('originalUrl') || isSelected('ampWebUrl') || isSelected('cdnAmpWebUrl'),
    topics: isSelected('topics'),
    images: Math.max(...places.map((place) => imagesAt(info, `${place}images`))),
  };
}

function imagesAt(info: GraphQLResolveInfo, path: string): number {
  return selectedAt(info, path).reduce(
    (most, field) => Math.max(most, intArgument(info, field, 'first') ?? ALL_IMAGES),
    0,
  );
}

/** The facets that are selected of a connection: they are counted together with its total. */
export function facetsIn(info: GraphQLResolveInfo): Facet[] {
  return FACETS.filter((facet) => selectedAt(info, `facets.${facet}`).length > 0);
}
