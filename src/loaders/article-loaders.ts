import DataLoader from 'dataloader';
import {
  type ArticleList,
  type ListedArticle,
  type ListScope,
  listArticles,
  listArticlesOf,
  type PageOf,
} from '../articles/lists.ts';
import { type ArticleShape, shapeName } from '../articles/queries.ts';
import { foundArticles, type TextSearch } from '../articles/search/search.ts';
import { allArticles, articlesOf, type ListOwner } from '../articles/sources.ts';
import { type Story, type StoryShape, storiesByAddress, storiesById } from '../articles/stories.ts';
import { type Facet, type Tally, talliesOf, tallyArticles } from '../articles/tally.ts';
import { windowName } from '../db/window.ts';
import { group, pick } from '../lib/group.ts';
import { type Page, toPage } from '../lib/keyset.ts';
import { perArguments } from '../lib/per-arguments.ts';

export function articleLoaders(scope: ListScope) {
  const { tables } = scope;
  const pageOf = perArguments(
    (owner: ListOwner, page: PageOf) => `${owner}|${pageKey(page)}`,
    (owner: ListOwner, page: PageOf) =>
      new DataLoader(async (ownerIds: readonly string[]) => {
        const rows = await listArticlesOf(scope, articlesOf(owner, tables), ownerIds, page);
        return group(ownerIds, rows, (row) => row.ownerId).map((read) => toPage<ListedArticle>(read, page.window));
      }),
  );
  /** What has come with an article is not loaded again. */
  const keepRelated = <Row extends Story>(rows: readonly Row[], { related: page }: StoryShape) => {
    if (!page) return rows;
    const loader = pageOf('related', page);
    for (const { id, related } of rows) loader.prime(id, toPage<ListedArticle>(related ?? [], page.window));
    return rows;
  };
  return {
    byId: perArguments(
      storyKey,
      (story: StoryShape) =>
        new DataLoader(async (ids: readonly string[]) =>
          pick(ids, keepRelated(await storiesById(scope, ids, story), story), (row) => row.id),
        ),
    ),

    byAddress: perArguments(
      storyKey,
      (story: StoryShape) =>
        new DataLoader(async (addressIds: readonly string[]) =>
          pick(
            addressIds,
            keepRelated(await storiesByAddress(scope, addressIds, story), story),
            (row) => row.addressId,
          ),
        ),
    ),

    page: perArguments(
      pageKey,
      async (page: PageOf): Promise<Page<ListedArticle>> =>
        toPage(await listArticles(scope, allArticles(tables), page), page.window),
    ),

    tally: perArguments(tallyKey, (list: ArticleList, facets: readonly Facet[]) =>
      tallyArticles(scope, allArticles(tables), list, facets),
    ),

    pageOf,

    tallyOf: perArguments(
      (owner: ListOwner, list: ArticleList, facets: readonly Facet[]) => `${owner}|${tallyKey(list, facets)}`,
      (owner: ListOwner, list: ArticleList, facets: readonly Facet[]) =>
        new DataLoader(async (ownerIds: readonly string[]): Promise<Tally[]> => {
          const tallies = await talliesOf(scope, articlesOf(owner, tables), ownerIds, list, facets);
          return pick(ownerIds, tallies, (row) => row.ownerId).map((tally) => tally ?? { total: 0 });
        }),
    ),

    found: perArguments(
      (search: TextSearch, page: PageOf) => `${searchKey(search)}|${pageKey(page)}`,
      async (search: TextSearch, page: PageOf): Promise<Page<ListedArticle>> =>
        toPage(await listArticles(scope, foundArticles(tables, search), page), page.window),
    ),

    tallyFound: perArguments(
      (search: TextSearch, list: ArticleList, facets: readonly Facet[]) =>
        `${searchKey(search)}|${tallyKey(list, facets)}`,
      (search: TextSearch, list: ArticleList, facets: readonly Facet[]) =>
        tallyArticles(scope, foundArticles(tables, { ...search, withSnippet: false }), list, facets),
    ),
  };
}

function pageKey({ list, window, shape }: PageOf): string {
  return [
    listKey(list),
    window.limit,
    windowName(window),
    jsonOf(window.after),
    jsonOf(window.before),
    shapeKey(shape),
  ].join('|');
}

function tallyKey(list: ArticleList, facets: readonly Facet[]): string {
  return `${listKey(list)}|${facets.join()}`;
}

function listKey({ order, includeStubs, where }: ArticleList): string {
  return `${order.name}|${includeStubs}|${jsonOf(where)}`;
}

function storyKey({ shape, related }: StoryShape): string {
  return related ? `${shapeKey(shape)}|${pageKey(related)}` : shapeKey(shape);
}

function shapeKey(shape: ArticleShape): string {
  return `${shapeName(shape)}${shape.images}`;
}

function searchKey({ text, mode, withSnippet }: TextSearch): string {
  return `${mode}|${withSnippet}|${text}`;
}

function jsonOf(value: object | undefined): string {
  return value === undefined ? '' : JSON.stringify(value);
}
