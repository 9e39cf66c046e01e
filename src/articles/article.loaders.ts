import DataLoader from 'dataloader';
import { group, pick } from '../lib/group.ts';
import { type Page, toPage, type Window } from '../lib/keyset.ts';
import { perArguments } from '../lib/per-arguments.ts';
import { type ArticleList, type ListedArticle, type ListScope, listArticles, listArticlesOf } from './article.lists.ts';
import { type ArticleShape, articlesByAddress, articlesById } from './article.queries.ts';
import { foundArticles, type SearchMode } from './article.search.ts';
import { allArticles, articlesOf, type ListOwner } from './article.sources.ts';
import { type Facet, type Tally, talliesOf, tallyArticles } from './article.tally.ts';

export function articleLoaders(scope: ListScope) {
  const { reading, tables } = scope;
  return {
    byId: perArguments(
      (shape: ArticleShape) =>
        new DataLoader(async (ids: readonly string[]) =>
          pick(ids, await articlesById(reading, ids, shape), (row) => row.id),
        ),
    ),

    byAddress: perArguments(
      (shape: ArticleShape) =>
        new DataLoader(async (addressIds: readonly string[]) =>
          pick(addressIds, await articlesByAddress(reading, addressIds, shape), (row) => row.addressId),
        ),
    ),

    page: perArguments(
      async (list: ArticleList, window: Window, shape: ArticleShape): Promise<Page<ListedArticle>> =>
        toPage(await listArticles(scope, allArticles(tables), list, window, shape), window),
    ),

    tally: perArguments((list: ArticleList, facets: readonly Facet[]) =>
      tallyArticles(scope, allArticles(tables), list, facets),
    ),

    pageOf: perArguments(
      (owner: ListOwner, list: ArticleList, window: Window, shape: ArticleShape) =>
        new DataLoader(async (ownerIds: readonly string[]) => {
          const rows = await listArticlesOf(scope, articlesOf(owner, tables), ownerIds, list, window, shape);
          return group(ownerIds, rows, (row) => row.ownerId).map((read) => toPage<ListedArticle>(read, window));
        }),
    ),

    tallyOf: perArguments(
      (owner: ListOwner, list: ArticleList, facets: readonly Facet[]) =>
        new DataLoader(async (ownerIds: readonly string[]): Promise<Tally[]> => {
          const tallies = await talliesOf(scope, articlesOf(owner, tables), ownerIds, list, facets);
          return pick(ownerIds, tallies, (row) => row.ownerId).map((tally) => tally ?? { total: 0 });
        }),
    ),

    found: perArguments(
      async (
        text: string,
        mode: SearchMode,
        list: ArticleList,
        window: Window,
        shape: ArticleShape,
        withSnippet: boolean,
      ): Promise<Page<ListedArticle>> =>
        toPage(await listArticles(scope, foundArticles(tables, text, mode, withSnippet), list, window, shape), window),
    ),

    tallyFound: perArguments((text: string, mode: SearchMode, list: ArticleList, facets: readonly Facet[]) =>
      tallyArticles(scope, foundArticles(tables, text, mode, false), list, facets),
    ),
  };
}
