import { type SQL, sql } from 'drizzle-orm';
import { lookUp } from '../db/look-up.ts';
import { millisecondsOf } from '../db/milliseconds.ts';
import type { PerspectiveTables, previewTables } from '../db/tables.ts';
import { type ImageRow, imageAsJson } from '../images/queries.ts';

type Columns = Omit<typeof previewTables.articles.$inferSelect, 'claimId' | 'search' | 'titleWords' | 'hasImage'>;

/** What is not in its shape is missing or empty. */
export type ArticleRow = Columns & { readonly images: readonly ImageRow[] };

/**
 * What of an article is to be read beside what is always read. Few shapes are in use:
 * db/statement.ts bounds those that are kept.
 */
export interface ArticleShape {
  /** Distinguishes what is read, but for images. */
  readonly name: string;
  /** Its type, category, quality, heat, and whether it is published and a stub. */
  readonly facts: boolean;
  readonly date: boolean;
  /** What orders sort by. */
  readonly ranks: boolean;
  readonly excerpt: boolean;
  /** Its other addresses. */
  readonly addresses: boolean;
  readonly topics: boolean;
  /** How many images at most; 0 if none is selected. */
  readonly images: number;
}

/** An article as it is read. */
export type Read<Row> = Omit<Row, 'publishedDateTime' | 'images'> & {
  readonly publishedDateTime?: number;
  readonly images?: readonly ImageRow[] | null;
};

/**
 * The columns of an `ArticleRow`, of the table `articles a`. `limit` names the placeholder for how
 * many images.
 */
export function articleColumns(
  tables: PerspectiveTables,
  { facts, date, ranks, excerpt, addresses, topics, images }: ArticleShape,
  limit = 'images',
): SQL {
  const optional = [
    facts && sql.raw(', a.category, a.type, a.quality, a.heat, a.published, a.is_stub as "isStub"'),
    date && sql`, ${millisecondsOf(sql.raw('a.published_date_time'))} as "publishedDateTime"`,
    ranks && sql.raw(', a.heat_rank as "heatRank", a.quality_rank as "qualityRank", a.trending'),
    excerpt && sql.raw(', a.excerpt'),
    addresses &&
      sql.raw(', a.original_url as "originalUrl", a.amp_web_url as "ampWebUrl", a.cdn_amp_web_url as "cdnAmpWebUrl"'),
    topics && sql.raw(', a.topic_ids as "topicIds"'),
    images > 0 && sql`, ${imagesOf(tables, limit)} as images`,
  ];
  const own = sql.raw('a.id, a.title, a.web_url as "webUrl", a.provider_id as "providerId"');
  return sql`${own}${sql.join(optional.filter((it) => it !== false))}`;
}

/** What of a shape makes its statement another one. */
export function shapeName({ name, images }: ArticleShape): string {
  return images > 0 ? `${name},images` : name;
}

/**
 * The first images of `articles a`, in the sequence of its file: as many as the placeholder says.
 */
function imagesOf({ images, articleImages }: PerspectiveTables, limit: string): SQL {
  return sql`case when a.has_image then (
    select json_agg(${imageAsJson} order by m.position) from ${articleImages} m ${lookUp(images, 'i', 'm.image_id')}
    where m.article_id = a.id and m.position < ${sql.placeholder(limit)}::integer) end`;
}

/** `read` itself becomes the row: copying many takes longer than reading them. */
export function toArticleRow<Row extends ArticleRow>(read: Read<Row>): Row {
  return Object.assign(read, {
    publishedDateTime: new Date(read.publishedDateTime ?? Number.NaN),
    images: read.images ?? [],
  }) as unknown as Row;
}
