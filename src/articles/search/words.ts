import { type SQL, sql } from 'drizzle-orm';
import { AGE, type Match, webQuery } from './match.ts';
import { headline, MARK_START } from './snippets.ts';

/**
 * What is marked takes time that grows with the cube of the words: of longer texts only the
 * beginning is.
 */
const LONGEST_MARKED = 100;

/** Articles that have the words of the text. */
export function byWords(text: string): Match {
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
        snippet: isLong ? headline('words', webQuery('marked')) : marked(query, 'prefix' in values),
      };
    },
  };
}

/**
 * Words without their endings are marked; but if there is none, what was found may be the beginning
 * of an ending.
 */
function marked(query: SQL, withPrefix: boolean): SQL {
  if (!withPrefix) return headline('words', query);
  return sql`(select case when strpos(words, '${sql.raw(MARK_START)}') > 0 then words else ${headline('spellings', query)} end
    from (select ${headline('words', query)} as words) marked)`;
}

/**
 * The text as web searches read it (`"exact phrase"`, `or`, `-without`), its last word also as the
 * beginning of a longer one. Nothing in it is an operator but these: the server parses it, and only
 * letters and digits are ever made a prefix.
 */
function wordsQuery(text: string) {
  const last = lastWord(text);
  if (last === null) return { name: '', values: { text }, write: () => once(webQuery('text')) };
  const head = text.slice(0, text.length - last.length);
  const prefix = `${last}:*`;
  if (head.trim() === '') {
    return { name: 'prefix', values: { text, prefix }, write: () => once(sql`${webQuery('text')} || ${PREFIX}`) };
  }
  const isChoice = /(^|\s)or\s+$/i.test(head);
  return {
    name: isChoice ? 'or-prefix' : 'and-prefix',
    values: { text, head, prefix },
    write: () => once(sql`${webQuery('text')} || (${webQuery('head')} ${sql.raw(isChoice ? '||' : '&&')} ${PREFIX})`),
  };
}

const PREFIX = sql`to_tsquery('search.spellings', ${sql.placeholder('prefix')}::text)`;

/** As a sub-select the query is parsed once, and not for each article that it is compared with. */
function once(query: SQL): SQL {
  return sql`(select ${query})`;
}

/**
 * The word that the text ends with, if someone may still be typing it: not within quotes, not
 * behind a minus.
 */
function lastWord(text: string): string | null {
  const word = /(?:^|\s)([\p{L}\p{N}]{1,100})$/u.exec(text)?.[1];
  const quotes = text.split('"').length - 1;
  return word === undefined || quotes % 2 === 1 || /^or$/i.test(word) ? null : word;
}
