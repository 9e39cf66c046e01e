/** What a search for one word looks for, and sorts by: the SQL of src/articles/search/words.ts for a single word. */

/** The words that are looked for. `text` is SQL. */
export function wordsQuery(text: string): string {
  return `websearch_to_tsquery('search.words', ${text}) || to_tsquery('search.spellings', ${text} || ':*')`;
}

/** How well `articles a` answers: `words` is SQL, a tsquery. */
export function score(words: string): string {
  const age = `date_part('epoch', a.published_date_time) / 31536000`;
  return `(ln(ts_rank(a.search, ${words})::float8 + 1e-6) / ln(2::float8) + ${age})`;
}
