import { articleLoaders } from './articles/article.loaders.ts';
import type { Catalog } from './catalog/catalog.ts';
import type { Perspective } from './db/perspective.ts';
import { Reading } from './db/reading.ts';
import { imageLoaders } from './images/image.loaders.ts';

/** What a request is given: nothing is read for one that is turned away. */
export interface RequestContext {
  readonly perspective: Perspective['name'];
}

/** What resolvers get: one perspective at one content version, and the loaders of one operation over it. */
export interface GraphContext extends RequestContext {
  readonly reading: Reading;
  readonly catalog: Catalog;
  readonly articles: ReturnType<typeof articleLoaders>;
  readonly images: ReturnType<typeof imageLoaders>;
}

export function createContext(perspective: Perspective, catalog: Catalog): GraphContext {
  const reading = new Reading(perspective, catalog.version);
  return {
    perspective: perspective.name,
    reading,
    catalog,
    articles: articleLoaders({ reading, tables: reading.tables, catalog }),
    images: imageLoaders(reading),
  };
}
