import { type SQL, sql } from 'drizzle-orm';
import type { Values } from '../db/statement.ts';
import type { PerspectiveTables } from '../db/tables.ts';
import { deriveId } from '../lib/derive-id.ts';
import type { Order } from '../lib/keyset.ts';
import { NOTHING, OWN_KEYS, type Source } from './article.sources.ts';

/** By words, or, when no article has them, by titles that are spelled nearly so. */
export type SearchMode = 'words' | 'spelling';

/** What is marked in a snippet lies between these two, which no text may hold. */
export const MARK_START = '\uE000';
export const MARK_END = '\uE001';
/** Stands for `<` in a snippet, as the server takes what begins with that for markup, and leaves it out. */
export const LESS_THAN = '\u0001';

/**
 * A score counts doublings: what is twice as relevant, or a year younger, ranks one higher. So it holds at every instant.
 * (`extract` would give a numeric, and to divide one for each article found takes an eighth of a search.)
 */
const AGE = sql.raw(`date_part('epoch', a.published_date_time) / 31536000`);

export interface TextSearch {
  readonly text: string;
  readonly mode: SearchMode;
  readonly withSnippet: boolean;
}

/** Best first. A cursor belongs to the text that was searched for, and to the mode in which it was found. */
export function searchOrder(text: string, mode: SearchMode): Order {
  let name: string | undefined;
  return {
    // It takes a hash, and what is written needs it for cursors only.
    get name() {
      name ??= `search:${mode}:${deriveId('search', text)}`;
      return name;
    },
    descending: true,
    keys: [
      { name: 'score', type: 'number' },
      { name: 'id', type: 'uuid' },
    ],
  };
}

/** A minus leaves out the word or phrase that it stands before. Every other is punctuation, as in `--force` or `A - B`. */
const STRAY_MINUS = /-(?![\p{L}\p{N}\p{P}\p{S}])|-(?=[-!&|()])|(?<=-)-/gu;

/** The articles that a text is found in. */
export function foundArticles(tables: PerspectiveTables, search: TextSearch): Source {
  const { mode, withSnippet } = search;
  const text = search.text.replace(STRAY_MINUS, ' ');
  const { name, values, write } = mode === 'words' ? byWords(text) : bySpelling(text);
  return {
    name: `search,${mode},${name}${withSnippet ? ',snippet' : ''}`,
    haste: 'patient',
    values,
    write() {
      const { condition, score, snippet } = write();
      return {
        from: sql`${tables.articles} a`,
        condition,
        extras: withSnippet ? sql`, ${snippet} as snippet` : NOTHING,
        score,
        keys: { ...OWN_KEYS, score },
      };
    },
  };
}

interface Match {
  /** Tells its statement from others of its mode. */
  readonly name: string;
  readonly values: Values;
  readonly write: () => { readonly condition: SQL; readonly score: SQL; readonly snippet: SQL };
}

const SNIPPET_TEXT = sql.raw(
  `translate(concat_ws(' · ', a.title, a.excerpt), '<${LESS_THAN}${MARK_START}${MARK_END}', '${LESS_THAN}')`,
);
const HEADLINE = sql.raw(`'StartSel=${MARK_START}, StopSel=${MARK_END}, MaxWords=36, MinWords=18, ShortWord=0'`);

/** What is marked takes time that grows with the cube of the words: of longer texts only the beginning is. */
const LONGEST_MARKED = 100;

function byWords(text: string): Match {
  const { name, values, write } = wordsQuery(text);
  const isLong = text.length > LONGEST_MARKED;
  return {
    name: isLong ? `${name}-long` : name,
    values: isLong ? { ...values, marked: text.slice(0, LONGEST_MARKED) } : values,
    write() {
      const query = write();
      return {
        condition: sql`a.search @@ ${query}`,
        score: sql`(ln(ts_rank(a.search, ${query})::float8 + 1e-6) / ln(2::float8) + ${AGE})`,
        snippet: isLong ? headline('words', webQuery('marked')) : marked(query, 'last' in values),
      };
    },
  };
}

function headline(configuration: 'words' | 'spellings', query: SQL): SQL {
  return sql`ts_headline('${sql.raw(`search.${configuration}`)}', ${SNIPPET_TEXT}, ${query}, ${HEADLINE})`;
}

/** Words without their endings are marked; but if there is none, what was found may be the beginning of an ending. */
function marked(query: SQL, withPrefix: boolean): SQL {
  if (!withPrefix) return headline('words', query);
  return sql`(select case when strpos(words, '${sql.raw(MARK_START)}') > 0 then words else ${headline('spellings', query)} end
    from (select ${headline('words', query)} as words) marked)`;
}

/**
 * The text as web searches read it (`"exact phrase"`, `or`, `-without`), its last word also as the beginning of a longer
 * one. Nothing in it is an operator but these: the server parses it, and only letters and digits are ever made a prefix.
 */
function wordsQuery(text: string) {
  const last = lastWord(text);
  if (last === null) return { name: '', values: { text }, write: () => once(webQuery('text')) };
  const head = text.slice(0, text.length - last.length);
  const isChoice = /(^|\s)or\s+$/i.test(head);
  return {
    name: isChoice ? 'or-prefix' : 'prefix',
    values: { text, head, last: `${last}:*` },
    write() {
      const prefix = sql`to_tsquery('search.spellings', ${sql.placeholder('last')}::text)`;
      return once(sql`${webQuery('text')} || (${webQuery('head')} ${sql.raw(isChoice ? '||' : '&&')} ${prefix})`);
    },
  };
}

/** As a sub-select the query is parsed once, and not for each article that it is compared with. */
function once(query: SQL): SQL {
  return sql`(select ${query})`;
}

function webQuery(placeholder: string): SQL {
  return sql`websearch_to_tsquery('search.words', ${sql.placeholder(placeholder)}::text)`;
}

/** The word that the text ends with, if someone may still be typing it: not within quotes, not behind a minus. */
function lastWord(text: string): string | null {
  const word = /(?:^|\s)([\p{L}\p{N}]{1,100})$/u.exec(text)?.[1];
  const quotes = text.split('"').length - 1;
  return word === undefined || quotes % 2 === 1 || /^or$/i.test(word) ? null : word;
}

/** Longer texts are no typing errors, and cost more to compare. */
const LONGEST_MISSPELLING = 100;
const MOST_WORDS = 8;
/** With one letter wrong, what is shorter is like anything. */
const WORDS = /[\p{L}\p{N}]{5,}/gu;
const SHORT_WORDS = /[\p{L}\p{N}]{4}/gu;
const LEFT_OUT = /(?<=^|\s)-("[^"]*"|\S)\S*/g;

/** Titles that hold a word much like each longer word of the text, and nothing that the text leaves out. */
function bySpelling(text: string): Match {
  const meant = text.replace(LEFT_OUT, '');
  const words = meant.match(WORDS) ?? meant.match(SHORT_WORDS) ?? [];
  if (words.length === 0 || words.length > MOST_WORDS || text.length > LONGEST_MISSPELLING) return NO_MATCH;
  const leftOut = text.match(LEFT_OUT)?.map((term) => term.slice(1));
  return {
    name: `${words.length}${leftOut === undefined ? '' : '-left-out'}`,
    values: {
      ...Object.fromEntries(words.map((word, i) => [`word${i}`, word])),
      closeness: closenessOf(words),
      ...(leftOut !== undefined && { leftOut: leftOut.join(' or ') }),
    },
    write() {
      const folded = words.map((_, i) => sql`(select lower(unaccent(${sql.placeholder(`word${i}`)}::text)))`);
      const similarities = folded.map((word) => sql`strict_word_similarity(${word}, a.title_words)`);
      const conditions = [
        ...folded.map((word) => sql`(select ${word} from ${CLOSENESS}) <<% a.title_words`),
        ...(leftOut === undefined ? [] : [sql`not a.search @@ ${webQuery('leftOut')}`]),
      ];
      return {
        condition: sql.join(conditions, sql` and `),
        score: sql`(8 * (${sql.join(similarities, sql` + `)})::float8 / ${sql.raw(String(words.length))} + ${AGE})`,
        snippet: BEGINNING,
      };
    },
  };
}

const BEGINNING = sql`left(${SNIPPET_TEXT}, 240)`;

const NO_MATCH: Match = {
  name: 'nothing',
  values: {},
  write: () => ({ condition: sql`false`, score: sql`0::float8`, snippet: BEGINNING }),
};

/** Sets what `<<%` takes for similar, for this statement only: the connection may be anyone's. */
const CLOSENESS = sql`set_config('pg_trgm.strict_word_similarity_threshold', ${sql.placeholder('closeness')}::text, true)`;

/**
 * How similar a word stays with one slip, by its length. Of n letters it has n + 1 trigrams; two letters swapped change most
 * of them, and leave n - 3 in common of n + 5. Of less than six letters that leaves too few: there it is one wrong letter
 * of five, or one missing. What is longer than eight has room for two slips.
 */
const CLOSENESS_BY_LENGTH: Readonly<Record<number, number>> = { 4: 3 / 8, 5: 3 / 9, 6: 3 / 11, 7: 4 / 12, 8: 5 / 13 };

/** As much as each of the words needs. A little less, as the server rounds. */
function closenessOf(words: readonly string[]): string {
  const needed = words.map((word) => CLOSENESS_BY_LENGTH[Math.min(8, [...word].length)] as number);
  return (Math.min(...needed) - 0.001).toFixed(3);
}
