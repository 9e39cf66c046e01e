import { articleLoaders } from './articles/article.loaders.ts';
import type { Perspective } from './db/perspective.ts';
import { imageLoaders } from './images/image.loaders.ts';
import { providerLoaders } from './providers/provider.loaders.ts';
import { topicLoaders } from './topics/topic.loaders.ts';

/** What resolvers get: the loaders of one request, over the one perspective it may read. */
export interface GraphContext {
  readonly perspective: Perspective['name'];
  readonly articles: ReturnType<typeof articleLoaders>;
  readonly providers: ReturnType<typeof providerLoaders>;
  readonly topics: ReturnType<typeof topicLoaders>;
  readonly images: ReturnType<typeof imageLoaders>;
}

export function createContext(perspective: Perspective): GraphContext {
  return {
    perspective: perspective.name,
    articles: articleLoaders(perspective),
    providers: providerLoaders(perspective),
    topics: topicLoaders(perspective),
    images: imageLoaders(perspective),
  };
}
