import { type SQL, sql } from 'drizzle-orm';

/** What is marked in a snippet lies between these two, which no text may hold. */
export const MARK_START = '\uE000';
export const MARK_END = '\uE001';
/**
 * Stands for `<` in a snippet, as the server takes what begins with that for markup, and leaves it
 * out.
 */
export const LESS_THAN = '\u0001';

const SNIPPET_TEXT = sql.raw(
  `translate(concat_ws(' · ', a.title, a.excerpt), '<${LESS_THAN}${MARK_START}${MARK_END}', '${LESS_THAN}')`,
);
const HEADLINE = sql.raw(`'StartSel=${MARK_START}, StopSel=${MARK_END}, MaxWords=36, MinWords=18, ShortWord=0'`);

/** The part of title and excerpt that the query matches. */
export function headline(configuration: 'words' | 'spellings', query: SQL): SQL {
  return sql`ts_headline('${sql.raw(`search.${configuration}`)}', ${SNIPPET_TEXT}, ${query}, ${HEADLINE})`;
}

/** Of an article of which it is not known which part matches. */
export const BEGINNING = sql`left(${SNIPPET_TEXT}, 240)`;
