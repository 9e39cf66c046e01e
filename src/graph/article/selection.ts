import type { GraphQLResolveInfo } from 'graphql';
import type { ArticleShape } from '../../articles/queries.ts';
import { FACETS, type Facet } from '../../articles/tally.ts';
import { MAX_PAGE } from '../../lib/page-size.ts';
import { intArgument, keptOf, selectedAt } from '../look-ahead.ts';

/** Where the articles are that a field gives. */
interface Place {
  /** What leads to them. */
  readonly paths: readonly string[];
  /** What leads to the list that they stand in, if they do: its cursors are made of them. */
  readonly list?: string;
}

export const ITSELF: Place = { paths: [''] };
export const LISTED: Place = { paths: ['nodes.', 'edges.node.'], list: '' };
export const RELATED: Place = { paths: LISTED.paths.map((path) => `related.${path}`), list: 'related.' };

const FACTS = ['category', 'type', 'quality', 'heat', 'published', 'isStub'];
const CURSORS = ['edges.cursor', 'pageInfo.startCursor', 'pageInfo.endCursor'];

/**
 * What of the articles at a place is selected: all fields of them together, under whatever alias.
 */
export function shapeOf(info: GraphQLResolveInfo, place: Place): ArticleShape {
  const images = Math.max(...place.paths.map((path) => imagesAt(info, `${path}images`)));
  return { ...keptOf(info, place, () => columnsOf(info, place)), images };
}

function columnsOf(info: GraphQLResolveInfo, { paths, list }: Place): Omit<ArticleShape, 'images'> {
  const isSelected = (field: string) => paths.some((path) => selectedAt(info, path + field).length > 0);
  const hasCursors = list !== undefined && CURSORS.some((cursor) => selectedAt(info, list + cursor).length > 0);
  const isTrending = isSelected('trending');
  const columns = {
    facts: isTrending || FACTS.some(isSelected),
    date: hasCursors || isSelected('publishedDateTime'),
    ranks: hasCursors || isTrending,
    excerpt: isSelected('excerpt'),
    addresses: isSelected('originalUrl') || isSelected('ampWebUrl') || isSelected('cdnAmpWebUrl'),
    topics: isSelected('topics'),
  };
  const read = Object.entries(columns).filter(([, isRead]) => isRead);
  return { ...columns, name: read.map(([name]) => name).join() };
}

function imagesAt(info: GraphQLResolveInfo, path: string): number {
  return selectedAt(info, path).reduce(
    (most, field) => Math.max(most, intArgument(info, field, 'first') ?? MAX_PAGE),
    0,
  );
}

/** The facets that are selected of a connection: they are counted together with its total. */
export function facetsIn(info: GraphQLResolveInfo): Facet[] {
  return FACETS.filter((facet) => selectedAt(info, `facets.${facet}`).length > 0);
}
