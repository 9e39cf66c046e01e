import type postgres from 'postgres';

/** What there is to ask of a perspective: the longest list of each kind, and a short one. */
export interface World {
  /** Slugs; the one with the most articles first. */
  readonly topics: readonly string[];
  readonly largestTopic: string;
  /** Domains. */
  readonly largestProvider: string;
  readonly smallestProvider: string;
  /** Ids of the graph: of the image that most articles show, and of articles. */
  readonly image: string;
  readonly relating: string;
  readonly related: string;
  /** The address of an article that leads a large story. */
  readonly url: string;
  /** Of some titles. */
  readonly word: string;
  /** How many articles all related lists name, together. */
  readonly edges: number;
}

interface Row extends Omit<World, 'largestTopic' | 'image' | 'relating' | 'related'> {
  readonly image: string;
  readonly relating: string;
  readonly related: string;
}

export async function worldOf(sql: postgres.Sql, perspective: string): Promise<World> {
  const [row] = await sql.unsafe<Row[]>(`
    select
      array(select slug from ${perspective}.topics order by article_count desc, slug limit 6) as topics,
      (select domain from ${perspective}.providers order by article_count desc, domain limit 1) as "largestProvider",
      (select domain from ${perspective}.providers where article_count > 0 order by article_count, domain limit 1)
        as "smallestProvider",
      (select image_id from ${perspective}.article_images where not is_stub group by image_id order by count(*) desc, image_id limit 1)
        as image,
      (select article_id from ${perspective}.article_related
        group by article_id order by count(*) desc, article_id limit 1) as relating,
      (select related_id from ${perspective}.article_related
        group by related_id order by count(*) desc, related_id limit 1) as related,
      (select web_url from ${perspective}.articles
        where has_image and not is_stub and web_url not like '%?copy=%' order by heat_rank desc, id limit 1) as url,
      (select word from ts_stat('select search from ${perspective}.articles where not is_stub limit 2000')
        where word ~ '^[a-z]{7,}$' order by abs(ndoc - 30), word limit 1) as word,
      (select count(*)::float8 from ${perspective}.article_related) as edges`);
  const [largestTopic] = row?.topics ?? [];
  if (!row || !largestTopic) throw new Error('expected articles to ask for, got none');
  return {
    ...row,
    largestTopic,
    image: globalId('Image', row.image),
    relating: globalId('Article', row.relating),
    related: globalId('Article', row.related),
  };
}

function globalId(type: string, id: string): string {
  return Buffer.from(`${type}:${id}`).toString('base64url');
}
