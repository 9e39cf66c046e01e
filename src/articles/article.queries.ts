import { type SQL, sql } from 'drizzle-orm';
import type { Reading } from '../db/reading.ts';
import type { PerspectiveTables, previewTables } from '../db/tables.ts';
import { uuidArray } from '../db/window.ts';
import { type ImageRow, imageAsJson } from '../images/image.queries.ts';

type Columns = Omit<typeof previewTables.articles.$inferSelect, 'claimId' | 'search' | 'titleWords' | 'hasImage'>;

/** `images` are as many of its first ones as were asked for. */
export type ArticleRow = Columns & { readonly images: readonly ImageRow[] };

/** What of an article is to be read. */
export interface ArticleShape {
  /** How many images at most; 0 if none is selected. */
  readonly images: number;
}

/** An article as the drivers give it. */
type Read<Row> = Omit<Row, 'publishedDateTime'> & { readonly publishedDateTime: number };

/** The columns of an `ArticleRow`, of the table `articles a`. The instant as milliseconds, which no driver has its own idea of. */
export function articleColumns(tables: PerspectiveTables, { images }: ArticleShape): SQL {
  return sql`a.id, a.title, a.excerpt, a.category, a.type,
    (extract(epoch from a.published_date_time) * 1000)::float8 as "publishedDateTime",
    a.web_url as "webUrl", a.original_url as "originalUrl", a.amp_web_url as "ampWebUrl", a.cdn_amp_web_url as "cdnAmpWebUrl",
    a.quality, a.heat, a.published, a.is_stub as "isStub", a.provider_id as "providerId", a.topic_ids as "topicIds",
    a.heat_rank as "heatRank", a.quality_rank as "qualityRank", a.trending, ${imagesOf(tables, images)} as images`;
}

/** The first images of `articles a`, in the sequence of its file. */
function imagesOf({ images, articleImages }: PerspectiveTables, limit: number): SQL {
  if (limit === 0) return sql`null::json`;
  return sql`(select json_agg(${imageAsJson} order by m.position) from ${articleImages} m join ${images} i on i.id = m.image_id
    where m.article_id = a.id and m.position < ${limit}::integer)`;
}

export function toArticleRow<Row extends ArticleRow>(read: Read<Row>): Row {
  return { ...read, publishedDateTime: new Date(read.publishedDateTime), images: read.images ?? [] } as unknown as Row;
}

export async function articlesById(
  reading: Reading,
  ids: readonly string[],
  shape: ArticleShape,
): Promise<ArticleRow[]> {
  const { tables } = reading;
  const rows = await reading.rows<Read<ArticleRow>>(
    sql`select ${articleColumns(tables, shape)} from ${tables.articles} a where a.id = any(${uuidArray(ids)})`,
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
    sql`select distinct on (d.address_id) d.address_id as "addressId", ${articleColumns(tables, shape)}
        from ${tables.articleAddresses} d join ${tables.articles} a on a.id = d.article_id
        where d.address_id = any(${uuidArray(addressIds)})
        order by d.address_id, d.rank, a.published_date_time desc, a.id desc`,
  );
  return rows.map(toArticleRow);
}
