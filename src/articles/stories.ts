import { type SQL, sql } from 'drizzle-orm';
import { lookUp } from '../db/look-up.ts';
import type { Values } from '../db/statement.ts';
import type { PerspectiveTables } from '../db/tables.ts';
import { uuids, windowValues } from '../db/window.ts';
import { type ListedArticle, type ListScope, type PageOf, pageName, writePage } from './lists.ts';
import { type ArticleRow, type ArticleShape, articleColumns, type Read, shapeName, toArticleRow } from './queries.ts';
import { articlesOf } from './sources.ts';

/** What of an article is to be read, and which page of its related list with it, if any. */
export interface StoryShape {
  readonly shape: ArticleShape;
  readonly related?: PageOf | undefined;
}

/** An article, with as much of its related list as its page takes to be made of. */
export type Story = ArticleRow & { readonly related?: readonly ListedArticle[] | null };

export async function storiesById(scope: ListScope, ids: readonly string[], story: StoryShape): Promise<Story[]> {
  const { articles } = scope.tables;
  const rows = await scope.reading.rows<ReadStory<Story>>(
    {
      name: `article:${storyName(story)}`,
      queryClass: 'indexed',
      write: () =>
        sql`select ${columnsOf(scope, story)} from ${articles} a where a.id = any(${sql.placeholder('ids')}::uuid[])`,
    },
    valuesOf(ids, story),
  );
  return rows.map(toStory);
}

type Addressed = Story & { readonly addressId: string };

/**
 * Selects the id of the article at an address. Of several that share it: the one whose own it is more
 * strongly (web before original before AMP before CDN-AMP), then the later one, then the one with
 * the greater id. The rank is found first, so no more is read than the articles of that rank, and
 * both looks go along the index whatever the planner expects.
 */
export function articleAt({ articles, articleAddresses }: PerspectiveTables, address: SQL): SQL {
  return sql`select a.id from ${articleAddresses} d ${lookUp(articles, 'a', 'd.article_id')}
    where d.address_id = ${address}
      and d.rank = (select min(m.rank) from ${articleAddresses} m where m.address_id = ${address})
    order by a.published_date_time desc, a.id desc limit 1`;
}

/** The article at each address. */
export async function storiesByAddress(
  scope: ListScope,
  addressIds: readonly string[],
  story: StoryShape,
): Promise<Addressed[]> {
  const rows = await scope.reading.rows<ReadStory<Addressed>>(
    {
      name: `address:${storyName(story)}`,
      queryClass: 'indexed',
      write: () =>
        sql`select address.id as "addressId", ${columnsOf(scope, story)}
            from unnest(${sql.placeholder('ids')}::uuid[]) as address (id)
            cross join lateral (${articleAt(scope.tables, sql.raw('address.id'))}) found
            ${lookUp(scope.tables.articles, 'a', 'found.id')}`,
    },
    valuesOf(addressIds, story),
  );
  return rows.map(toStory);
}

type ReadStory<Row extends Story> = Read<Omit<Row, 'related'>> & { readonly related?: Read<ListedArticle>[] | null };

function toStory<Row extends Story>(read: ReadStory<Row>): Row {
  read.related?.forEach(toArticleRow);
  return toArticleRow(read as never);
}

function columnsOf(scope: ListScope, { shape, related }: StoryShape): SQL {
  const own = articleColumns(scope.tables, shape, 'ownImages');
  if (!related) return own;
  const source = articlesOf('related', scope.tables);
  return sql`${own}, (
    select json_agg(page) from (select a.id) as owner (id) cross join lateral (${writePage(scope, source, related)}) page
  ) as related`;
}

function storyName({ shape, related }: StoryShape): string {
  return related ? `${shapeName(shape)}+${pageName(related)}` : shapeName(shape);
}

function valuesOf(ids: readonly string[], { shape, related }: StoryShape): Values {
  const page = related && { ...windowValues(related.window), images: related.shape.images };
  return { ids: uuids(ids), ownImages: shape.images, ...page };
}
