import DataLoader from 'dataloader';
import type { Perspective } from '../db/perspective.ts';
import { group, pick } from '../lib/group.ts';
import { topicsById, topicsOfArticles } from './topic.queries.ts';

export function topicLoaders(perspective: Perspective) {
  return {
    byId: new DataLoader(async (ids: readonly string[]) =>
      pick(ids, await topicsById(perspective, ids), (row) => row.id),
    ),

    ofArticle: new DataLoader(async (articleIds: readonly string[]) =>
      group(articleIds, await topicsOfArticles(perspective, articleIds), (row) => row.articleId),
    ),
  };
}
