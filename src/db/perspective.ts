import { type PerspectiveTables, previewTables, publishedTables } from './tables.ts';

export type PerspectiveName = 'PUBLISHED' | 'PREVIEW';

/** All that a reader of a perspective may read: queries get nothing else, so what is not in these tables cannot leak. */
export function tablesOf(perspective: PerspectiveName): PerspectiveTables {
  return perspective === 'PREVIEW' ? previewTables : publishedTables;
}
