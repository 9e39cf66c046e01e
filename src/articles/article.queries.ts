import { asc, desc, eq, getTableColumns, sql } from 'drizzle-orm';
import type { Perspective } from '../db/perspective.ts';
import type { previewTables } from '../db/tables.ts';
import { uuidArray } from '../db/window.ts';

export type ArticleRow = typeof previewTables.articles.$inferSelect;

export function articlesById({ drizzle, tables: { articles } }: Perspective, ids: readonly string[]) {
  return drizzle
    .select()
    .from(articles)
    .where(sql`${articles.id} = any(${uuidArray(ids)})`);
}

/**
 * The article at each address. Where two share one, it is the article whose own address it is more strongly
 * (web before original before AMP before CDN-AMP), then the later one, then the one with the greater id.
 */
export function articlesByAddress({ drizzle, tables }: Perspective, addressIds: readonly string[]) {
  const { articles, articleAddresses: addresses } = tables;
  return drizzle
    .selectDistinctOn([addresses.addressId], { ...getTableColumns(articles), addressId: addresses.addressId })
    .from(addresses)
    .innerJoin(articles, eq(articles.id, addresses.articleId))
    .where(sql`${addresses.addressId} = any(${uuidArray(addressIds)})`)
    .orderBy(addresses.addressId, asc(addresses.rank), desc(articles.publishedDateTime), desc(articles.id));
}
