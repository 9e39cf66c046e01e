import { type SQL, sql } from 'drizzle-orm';
import type { PerspectiveTables } from '../db/tables.ts';
import { deriveId } from '../lib/derive-id.ts';
import type { Order } from '../lib/keyset.ts';
import { OWN_KEYS, type Source } from './article.sources.ts';

/** By words, or, when no article has them, by titles that are spelled nearly so. */
export type SearchMode = 'words' | 'spelling';

/** What is marked in a snippet lies between these two, which no text may hold. */
export const MARK_START = '\uE000';
export const MARK_END = '\uE001';

/** A score counts doublings: what is twice as relevant, or a year younger, ranks one higher. So it holds at every instant. */
const AGE = sql.raw('(extract(epoch from a.published_date_time) / 31536000)::float8');

/** Longer texts are no typing errors, and cost more to compare. */
const LONGEST_MISSPELLING = 100;

export interface TextSearch {
  readonly text: string;
  readonly mode: SearchMode;
  readonly withSnippet: boolean;
}

/** Best first. A cursor belongs to the text that was searched for, and to the mode in which it was found. */
export function searchOrder(text: string, mode: SearchMode): Order {
  return {
    name: `search:${mode}:${deriveId('search', text)}`,
    descending: true,
    keys: [
      { name: 'score', type: 'number' },
      { name: 'id', type: 'uuid' },
    ],
  };
}

/** The articles that a text is found in. Its placeholders: `text`, and `head` and `last` where the last word is a prefix. */
export function foundArticles(tables: PerspectiveTables, { text, mode, withSnippet }: TextSearch): Source {
  const last = mode === 'words' ? lastWord(text) : null;
  const { condition, score, snippet } = mode === 'spelling' ? bySpelling() : byWords(wordsQuery(last !== null));
  const head = last === null ? {} : { head: text.slice(0, text.length - last.length), last: `${last}:*` };
  return {
    name: ['search', mode, last !== null && 'prefix', withSnippet && 'snippet'].filter(Boolean).join(),
    haste: 'patient',
    from: sql`${tables.articles} a`,
    condition,
    extras: sql`, ${score} as score${withSnippet ? sql`, ${snippet} as snippet` : sql.raw('')}`,
    keys: { ...OWN_KEYS, score },
    values: { text: mode === 'spelling' ? text.slice(0, LONGEST_MISSPELLING) : text, ...head },
  };
}

interface Match {
  readonly condition: SQL;
  readonly score: SQL;
  readonly snippet: SQL;
}

const SNIPPET_TEXT = sql.raw(`translate(concat_ws(' · ', a.title, a.excerpt), '${MARK_START}${MARK_END}', '')`);
const HEADLINE = sql.raw(`'StartSel=${MARK_START}, StopSel=${MARK_END}, MaxWords=36, MinWords=18, ShortWord=0'`);

function byWords(query: SQL): Match {
  return {
    condition: sql`a.search @@ ${query}`,
    score: sql`(ln(ts_rank(a.search, ${query})::float8 + 1e-6) / ln(2::float8) + ${AGE})`,
    snippet: sql`ts_headline('search.words', ${SNIPPET_TEXT}, ${query}, ${HEADLINE})`,
  };
}

const TEXT = sql`${sql.placeholder('text')}::text`;

/** Titles that hold words much like these. */
function bySpelling(): Match {
  const folded = sql`lower(unaccent(${TEXT}))`;
  return {
    condition: sql`${folded} <% a.title_words`,
    score: sql`(8 * word_similarity(${folded}, a.title_words)::float8 + ${AGE})`,
    snippet: sql`left(${SNIPPET_TEXT}, 240)`,
  };
}

/**
 * The text as web searches read it (`"exact phrase"`, `or`, `-without`), its last word also as the beginning of a longer
 * one. Nothing in it is an operator but these: the server parses it, and only letters and digits are ever made a prefix.
 */
function wordsQuery(withPrefix: boolean): SQL {
  const whole = sql`websearch_to_tsquery('search.words', ${TEXT})`;
  if (!withPrefix) return sql`(${whole})`;
  return sql`(${whole} || (websearch_to_tsquery('search.words', ${sql.placeholder('head')}::text)
    && to_tsquery('search.spellings', ${sql.placeholder('last')}::text)))`;
}

/** The word that the text ends with, if someone may still be typing it: not within quotes, not behind a minus. */
function lastWord(text: string): string | null {
  const word = /(?:^|\s)([\p{L}\p{N}]{1,100})$/u.exec(text)?.[1];
  const quotes = text.split('"').length - 1;
  return word === undefined || quotes % 2 === 1 || /^or$/i.test(word) ? null : word;
}
