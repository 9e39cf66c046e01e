import type { Database, Drizzle } from './database.ts';
import { type PerspectiveTables, previewTables, publishedTables } from './tables.ts';

export type PerspectiveName = 'PUBLISHED' | 'PREVIEW';

/** All that a request may read: queries get nothing else, so what is not in these tables cannot leak. */
export interface Perspective {
  readonly name: PerspectiveName;
  readonly drizzle: Drizzle;
  readonly tables: PerspectiveTables;
}

export function perspectiveOf({ drizzle }: Database, name: PerspectiveName): Perspective {
  return { name, drizzle, tables: name === 'PREVIEW' ? previewTables : publishedTables };
}
