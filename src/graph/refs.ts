import type { ArticleRow } from '../articles/queries.ts';
import type { ProviderRow, TopicRow } from '../catalog/rows.ts';
import type { ImageRow } from '../images/queries.ts';
import { builder } from './builder.ts';

/**
 * The nouns of the graph. They refer to one another, so they are named here and described in their
 * own folders.
 */
export const Article = builder.objectRef<ArticleRow>('Article');
export const Provider = builder.objectRef<ProviderRow>('Provider');
export const Topic = builder.objectRef<TopicRow>('Topic');
export const Image = builder.objectRef<ImageRow>('Image');
