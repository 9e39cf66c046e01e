import { type SQL, sql } from 'drizzle-orm';
import type { PerspectiveTables, previewTables } from '../db/tables.ts';
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
export type Read<Row> = Omit<Row, 'publishedDateTime' | 'topicIds'> & {
  readonly publishedDateTime: number;
  readonly topicIds: string | null;
};

/**
 * The columns of an `ArticleRow`, of the table `articles a`. Instants and lists in forms that every driver reads alike.
 * `limit` names the placeholder for how many images.
 */
export function articleColumns(
  tables: PerspectiveTables,
  { excerpt, addresses, topics, images }: ArticleShape,
  limit = 'images',
): SQL {
  const optional = [
    excerpt && sql.raw(', a.excerpt'),
    addresses &&
      sql.raw(', a.original_url as "originalUrl", a.amp_web_url as "ampWebUrl", a.cdn_amp_web_url as "cdnAmpWebUrl"'),
    topics && sql.raw(`, array_to_string(a.topic_ids, ',') as "topicIds"`),
    images > 0 && sql`, ${imagesOf(tables, limit)} as images`,
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

/** The first images of `articles a`, in the sequence of its file: as many as the placeholder says. */
function imagesOf({ images, articleImages }: PerspectiveTables, limit: string): SQL {
  return sql`(select json_agg(${imageAsJson} order by m.position) from ${articleImages} m join ${images} i on i.id = m.image_id
    where m.article_id = a.id and m.position < ${sql.placeholder(limit)}::integer)`;
}

export function toArticleRow<Row extends ArticleRow>(read: Read<Row>): Row {
  return {
    ...read,
    publishedDateTime: new Date(read.publishedDateTime),
    topicIds: read.topicIds ? read.topicIds.split(',') : [],
    images: read.images ?? [],
  } as unknown as Row;
}
