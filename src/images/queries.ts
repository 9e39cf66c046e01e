import { sql } from 'drizzle-orm';
import type { Reading } from '../db/reading.ts';
import type { previewTables } from '../db/tables.ts';
import { uuids } from '../db/window.ts';

export type ImageRow = typeof previewTables.images.$inferSelect;

/** For tables `images i`: an `ImageRow` as JSON. */
export const imageAsJson = sql.raw(
  `json_build_object('id', i.id, 'url', i.url, 'width', i.width, 'height', i.height, 'isCached', i.is_cached, 'title', i.title)`,
);

export function imagesById(reading: Reading, ids: readonly string[]): Promise<ImageRow[]> {
  return reading.rows(
    {
      name: 'image',
      queryClass: 'indexed',
      write: () =>
        sql`select i.id, i.url, i.width, i.height, i.is_cached as "isCached", i.title
            from ${reading.tables.images} i where i.id = any(${sql.placeholder('ids')}::uuid[])`,
    },
    { ids: uuids(ids) },
  );
}
