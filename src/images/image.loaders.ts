import DataLoader from 'dataloader';
import type { Perspective } from '../db/perspective.ts';
import { group, pick } from '../lib/group.ts';
import { perArguments } from '../lib/per-arguments.ts';
import { imagesById, imagesOfArticles, imagesOfProviders } from './image.queries.ts';

export function imageLoaders(perspective: Perspective) {
  return {
    byId: new DataLoader(async (ids: readonly string[]) =>
      pick(ids, await imagesById(perspective, ids), (row) => row.id),
    ),

    ofArticle: perArguments(
      (limit: number) =>
        new DataLoader(async (articleIds: readonly string[]) =>
          group(articleIds, await imagesOfArticles(perspective, articleIds, limit), (row) => row.ownerId),
        ),
    ),

    ofProvider: perArguments(
      (limit: number) =>
        new DataLoader(async (providerIds: readonly string[]) =>
          group(providerIds, await imagesOfProviders(perspective, providerIds, limit), (row) => row.ownerId),
        ),
    ),
  };
}
