import { eq, getTableColumns, sql } from 'drizzle-orm';
import type { Perspective } from '../db/perspective.ts';
import type { previewTables } from '../db/tables.ts';
import { uuidArray } from '../db/window.ts';

export type TopicRow = typeof previewTables.topics.$inferSelect;

export function topicsById({ drizzle, tables: { topics } }: Perspective, ids: readonly string[]) {
  return drizzle
    .select()
    .from(topics)
    .where(sql`${topics.id} = any(${uuidArray(ids)})`);
}

/** The topics of each article, in the sequence of its file. */
export function topicsOfArticles(
  { drizzle, tables: { topics, articleTopics } }: Perspective,
  articleIds: readonly string[],
) {
  return drizzle
    .select({ ...getTableColumns(topics), articleId: articleTopics.articleId })
    .from(articleTopics)
    .innerJoin(topics, eq(topics.id, articleTopics.topicId))
    .where(sql`${articleTopics.articleId} = any(${uuidArray(articleIds)})`)
    .orderBy(articleTopics.articleId, articleTopics.position);
}
