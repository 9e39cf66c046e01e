import DataLoader from 'dataloader';
import {
  type ArticleList,
  isWhole,
  type ListedArticle,
  type ListScope,
  listArticles,
  listArticlesOf,
  type PageOf,
} from '../articles/lists.ts';
import { filterOwnerOf } from '../articles/owned-filter.ts';
import { type ArticleShape, shapeName } from '../articles/queries.ts';
import { foundArticles, type TextSearch } from '../articles/search/search.ts';
import { allArticles, articlesOf, type ListOwner } from '../articles/sources.ts';
import { type Story, type StoryShape, storiesByAddress, storiesById } from '../articles/stories.ts';
import { type Facet, knownTally, type Tally, talliesOf, tallyArticles } from '../articles/tally.ts';
import { windowName } from '../db/window.ts';
import { group, pick } from '../lib/group.ts';
import { type Page, toPage } from '../lib/keyset.ts';
import { perArguments } from '../lib/per-arguments.ts';

export function articleLoaders(scope: ListScope) {
  const { tables, catalog } = scope;
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

    page: perArguments(pageKey, async (page: PageOf): Promise<Page<ListedArticle>> => {
      const owned = filterOwnerOf(catalog, page.list.where);
      const rows = owned
        ? await listArticlesOf(scope, articlesOf(owned.owner, tables), [owned.id], {
            ...page,
            list: { ...page.list, where: owned.where },
          })
        : await listArticles(scope, allArticles(tables), page);
      return toPage(rows, page.window);
    }),

    tally: perArguments(tallyKey, async (list: ArticleList, facets: readonly Facet[]): Promise<Tally> => {
      const owned = filterOwnerOf(catalog, list.where);
      const rest = { ...list, where: owned ? owned.where : list.where };
      const known = isWhole(rest) ? knownTally(catalog, owned ?? { owner: 'all' }, facets) : undefined;
      if (known) return known;
      if (!owned) return tallyArticles(scope, allArticles(tables), list, facets);
      const [tally] = await talliesOf(scope, articlesOf(owned.owner, tables), [owned.id], rest, facets);
      return tally ?? { total: 0 };
    }),

    pageOf,

    tallyOf: perArguments(
      (owner: ListOwner, list: ArticleList, facets: readonly Facet[]) => `${owner}|${tallyKey(list, facets)}`,
      (owner: ListOwner, list: ArticleList, facets: readonly Facet[]) =>
        new DataLoader(async (ownerIds: readonly string[]): Promise<Tally[]> => {
          if (isWhole(list) && (owner === 'provider' || owner === 'topic')) {
            const known = ownerIds.map((id) => knownTally(catalog, { owner, id }, facets));
            if (known.every((tally) => tally !== undefined)) return known;
          }
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
