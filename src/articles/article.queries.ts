import { type SQL, sql } from 'drizzle-orm';
import type { Reading } from '../db/reading.ts';
import type { PerspectiveTables, previewTables } from '../db/tables.ts';
import { uuids } from '../db/window.ts';
import { type ImageRow, imageAsJson } from '../images/image.queries.ts';

type Columns = Omit<typeof previewTables.articles.$inferSelect, 'claimId' | 'search' | 'titleWords' | 'hasImage'>;

/** What is not in its shape is null or empty. */
export type ArticleRow = Columns & { readonly images: readonly ImageRow[] };

/** What of an article is to be read beside what is always read. So few shapes are there that every statement is kept. */
export interface ArticleShape {
  readonly excerpt: boolean;
  /** Its other addresses. */
  readonly addresses: boolean;
  readonly topics: boolean;
  /** How many images at most; 0 if none is selected. */
  readonly images: number;
}

/** An article as the drivers give it. */
type Read<Row> = Omit<Row, 'publishedDateTime' | 'topicIds'> & {
  readonly publishedDateTime: number;
  readonly topicIds: string | null;
};

/** The columns of an `ArticleRow`, of the table `articles a`. Instants and lists in forms that every driver reads alike. */
export function articleColumns(tables: PerspectiveTables, { excerpt, addresses, topics, images }: ArticleShape): SQL {
  const optional = [
    excerpt && sql.raw(', a.excerpt'),
    addresses &&
      sql.raw(', a.original_url as "originalUrl", a.amp_web_url as "ampWebUrl", a.cdn_amp_web_url as "cdnAmpWebUrl"'),
    topics && sql.raw(`, array_to_string(a.topic_ids, ',') as "topicIds"`),
    images > 0 && sql`, ${imagesOf(tables)} as images`,
  ];
  return sql`a.id, a.title, a.category, a.type,
    (extract(epoch from a.published_date_time) * 1000)::float8 as "publishedDateTime", a.web_url as "webUrl",
    a.quality, a.heat, a.published, a.is_stub as "isStub", a.provider_id as "providerId",
    a.heat_rank as "heatRank", a.quality_rank as "qualityRank", a.trending${sql.join(optional.filter((it) => it !== false))}`;
}

/** What of a shape makes its statement another one. */
export function shapeName({ excerpt, addresses, topics, images }: ArticleShape): string {
  return [excerpt && 'excerpt', addresses && 'addresses', topics && 'topics', images > 0 && 'images']
    .filter(Boolean)
    .join();
}

/** The first images of `articles a`, in the sequence of its file: as many as the placeholder `images` says. */
function imagesOf({ images, articleImages }: PerspectiveTables): SQL {
  return sql`(select json_agg(${imageAsJson} order by m.position) from ${articleImages} m join ${images} i on i.id = m.image_id
    where m.article_id = a.id and m.position < ${sql.placeholder('images')}::integer)`;
}

export function toArticleRow<Row extends ArticleRow>(read: Read<Row>): Row {
  return {
    ...read,
    publishedDateTime: new Date(read.publishedDateTime),
    topicIds: read.topicIds ? read.topicIds.split(',') : [],
    images: read.images ?? [],
  } as unknown as Row;
}

export async function articlesById(
  reading: Reading,
  ids: readonly string[],
  shape: ArticleShape,
): Promise<ArticleRow[]> {
  const { tables } = reading;
  const rows = await reading.rows<Read<ArticleRow>>(
    {
      name: `article:${shapeName(shape)}`,
      haste: 'quick',
      write: () =>
        sql`select ${articleColumns(tables, shape)} from ${tables.articles} a
            where a.id = any(${sql.placeholder('ids')}::uuid[])`,
    },
    { ids: uuids(ids), images: shape.images },
  );
  return rows.map(toArticleRow);
}

type Addressed = ArticleRow & { readonly addressId: string };

/**
 * The article at each address. Where two share one, it is the article whose own address it is more strongly
 * (web before original before AMP before CDN-AMP), then the later one, then the one with the greater id.
 */
export async function articlesByAddress(
  reading: Reading,
  addressIds: readonly string[],
  shape: ArticleShape,
): Promise<Addressed[]> {
  const { tables } = reading;
  const rows = await reading.rows<Read<Addressed>>(
    {
      name: `address:${shapeName(shape)}`,
      haste: 'quick',
      write: () =>
        sql`select distinct on (d.address_id) d.address_id as "addressId", ${articleColumns(tables, shape)}
            from ${tables.articleAddresses} d join ${tables.articles} a on a.id = d.article_id
            where d.address_id = any(${sql.placeholder('ids')}::uuid[])
            order by d.address_id, d.rank, a.published_date_time desc, a.id desc`,
    },
    { ids: uuids(addressIds), images: shape.images },
  );
  return rows.map(toArticleRow);
}
