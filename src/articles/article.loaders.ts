import DataLoader from 'dataloader';
import type { Perspective } from '../db/perspective.ts';
import { group, pick } from '../lib/group.ts';
import { type Page, toPage, type Window } from '../lib/keyset.ts';
import { perArguments } from '../lib/per-arguments.ts';
import {
  type ArticleList,
  countArticles,
  countArticlesOf,
  type ListedArticle,
  type ListOwner,
  listArticles,
  listArticlesOf,
} from './article.lists.ts';
import { articlesByAddress, articlesById } from './article.queries.ts';

export function articleLoaders(perspective: Perspective) {
  return {
    byId: new DataLoader(async (ids: readonly string[]) =>
      pick(ids, await articlesById(perspective, ids), (row) => row.id),
    ),

    byAddress: new DataLoader(async (addressIds: readonly string[]) =>
      pick(addressIds, await articlesByAddress(perspective, addressIds), (row) => row.addressId),
    ),

    async page(list: ArticleList, window: Window): Promise<Page<ListedArticle>> {
      return toPage(await listArticles(perspective, list, window), window);
    },

    count: (list: ArticleList) => countArticles(perspective, list),

    pageOf: perArguments(
      (owner: ListOwner, list: ArticleList, window: Window) =>
        new DataLoader(async (ownerIds: readonly string[]) => {
          const rows = await listArticlesOf(perspective, owner, ownerIds, list, window);
          return group(ownerIds, rows, (row) => row.ownerId).map((read) => toPage<ListedArticle>(read, window));
        }),
    ),

    countOf: perArguments(
      (owner: ListOwner, list: ArticleList) =>
        new DataLoader(async (ownerIds: readonly string[]) => {
          const rows = await countArticlesOf(perspective, owner, ownerIds, list);
          return pick(ownerIds, rows, (row) => row.ownerId).map((row) => row?.total ?? 0);
        }),
    ),
  };
}
