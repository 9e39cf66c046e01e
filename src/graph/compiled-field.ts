import type { ListOwner } from '../articles/sources.ts';

/**
 * What the SQL compiler has to know of a field, beside its type: where what it gives comes from.
 * Nothing is said of a scalar of an article or image, which is the column of the same name.
 */
export type FieldSource =
  /** A connection of articles: of all, or of those that the object has. */
  | { readonly kind: 'articles'; readonly owner: ListOwner | 'all' }
  | { readonly kind: 'search' }
  /** One article by an argument `by`. */
  | { readonly kind: 'article' }
  | { readonly kind: 'node' }
  /** The images of an article. */
  | { readonly kind: 'images' }
  /** A provider, or topics: their ids are in this column of the article. */
  | { readonly kind: 'inMemory'; readonly column: string }
  /** An object made of the article itself, or null where this SQL condition on it does not hold. */
  | { readonly kind: 'embedded'; readonly condition: string };

/** As the `extensions` of a field. */
export function compiledFrom(source: FieldSource): Readonly<Record<'source', FieldSource>> {
  return { source };
}
