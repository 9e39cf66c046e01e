import { and, eq, getTableColumns, lt, sql } from 'drizzle-orm';
import type { Perspective } from '../db/perspective.ts';
import type { previewTables } from '../db/tables.ts';
import { uuidArray } from '../db/window.ts';

export type ImageRow = typeof previewTables.images.$inferSelect;

export function imagesById({ drizzle, tables: { images } }: Perspective, ids: readonly string[]) {
  return drizzle
    .select()
    .from(images)
    .where(sql`${images.id} = any(${uuidArray(ids)})`);
}

/** The first `limit` images of each article, in the sequence of its file. */
export function imagesOfArticles(
  { drizzle, tables: { images, articleImages } }: Perspective,
  articleIds: readonly string[],
  limit: number,
) {
  return drizzle
    .select({ ...getTableColumns(images), ownerId: articleImages.articleId })
    .from(articleImages)
    .innerJoin(images, eq(images.id, articleImages.imageId))
    .where(and(sql`${articleImages.articleId} = any(${uuidArray(articleIds)})`, lt(articleImages.position, limit)))
    .orderBy(articleImages.articleId, articleImages.position);
}

/** The first `limit` images of each provider: its logo, mostly. */
export function imagesOfProviders(
  { drizzle, tables: { images, providerImages } }: Perspective,
  providerIds: readonly string[],
  limit: number,
) {
  return drizzle
    .select({ ...getTableColumns(images), ownerId: providerImages.providerId })
    .from(providerImages)
    .innerJoin(images, eq(images.id, providerImages.imageId))
    .where(and(sql`${providerImages.providerId} = any(${uuidArray(providerIds)})`, lt(providerImages.position, limit)))
    .orderBy(providerImages.providerId, providerImages.position);
}
