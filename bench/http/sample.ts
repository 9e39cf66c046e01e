import type { BenchDatabase } from '../database.ts';

/** What there is to ask for. The same corpus gives the same sample. */
export interface Sample {
  /** Ids of up to 1,000 articles. */
  readonly articles: readonly string[];
  /** Slugs of all topics that have a fifth page of 20. */
  readonly topics: readonly string[];
  /** Up to 200 words, each in at least 20 titles, so that a search for it fills its page; none that English skips. */
  readonly words: readonly string[];
}

export async function drawSample({ sql }: BenchDatabase, perspective: 'preview' | 'published'): Promise<Sample> {
  const tables = sql(perspective);
  const articles = await sql<{ id: string }[]>`
    select id from ${tables}.articles where not is_stub order by md5(id::text) limit 1000`;
  const topics = await sql<{ slug: string }[]>`
    select slug from ${tables}.topics where article_count > 80 order by slug`;
  const titles = `select to_tsvector('simple', title) from ${perspective}.articles where not is_stub`;
  const words = await sql<{ word: string }[]>`
    select word from ts_stat(${titles}) 
    where ndoc >= 20 and word ~ '^[a-z]{4,}$' and ts_lexize('english_stem', word) <> '{}'
    order by md5(word) limit 200`;
  return {
    articles: articles.map(({ id }) => id),
    topics: topics.map(({ slug }) => slug),
    words: words.map(({ word }) => word),
  };
}
