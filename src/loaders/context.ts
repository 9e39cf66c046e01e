import type { Catalog } from '../catalog/catalog.ts';
import type { Database, Requester } from '../db/database.ts';
import type { PerspectiveName } from '../db/perspective.ts';
import { Reading } from '../db/reading.ts';
import { articleLoaders } from './article-loaders.ts';
import { imageLoaders } from './image-loaders.ts';
import { oncePerField } from './once-per-field.ts';

/**
 * What resolvers get: one perspective at one content version, and the loaders of one operation over
 * it.
 */
export interface GraphContext {
  readonly perspective: PerspectiveName;
  readonly reading: Reading;
  readonly catalog: Catalog;
  readonly articles: ReturnType<typeof articleLoaders>;
  readonly images: ReturnType<typeof imageLoaders>;
  readonly oncePerField: ReturnType<typeof oncePerField>;
}

export function createContext(
  database: Database,
  perspective: PerspectiveName,
  catalog: Catalog,
  requester?: Requester,
): GraphContext {
  const reading = new Reading(database, perspective, catalog.version, requester);
  return {
    perspective,
    reading,
    catalog,
    articles: articleLoaders({ reading, tables: reading.tables, catalog }),
    images: imageLoaders(reading),
    oncePerField: oncePerField(),
  };
}
