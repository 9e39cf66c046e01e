import { ARTICLE, rows, toArticle } from './rows.mjs';

/** Ranked as newsgraph ranks (see ../../ranking.ts). */
export async function searchArticles(query, first) {
  const found = await rows(
    `with q as materialized (
       select websearch_to_tsquery('search.words', $1) || to_tsquery('search.spellings', $1 || ':*') as words
     )
     select ${ARTICLE}, s.score
     from (
       select a.id, ln(ts_rank(a.search, q.words)::float8 + 1e-6) / ln(2::float8)
         + date_part('epoch', a.published_date_time) / 31536000 as score
       from q join preview.articles a on a.search @@ q.words order by score desc, a.id desc limit $2
     ) s
     join preview.articles a on a.id = s.id order by s.score desc, s.id desc`,
    [query, first],
  );
  return found.map((row) => ({ score: row.score, node: toArticle(row) }));
}
