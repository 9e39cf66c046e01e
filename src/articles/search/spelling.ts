import { sql } from 'drizzle-orm';
import { AGE, type Match, webQuery } from './match.ts';
import { BEGINNING } from './snippets.ts';

/** Longer texts are no typing errors, and cost more to compare. */
const LONGEST_MISSPELLING = 100;
const MOST_WORDS = 8;
/** With one letter wrong, what is shorter is like anything. */
const WORDS = /[\p{L}\p{N}]{5,}/gu;
const SHORT_WORDS = /[\p{L}\p{N}]{4}/gu;
const LEFT_OUT = /(?<=^|\s)-("[^"]*"|\S)\S*/g;

/**
 * Titles that hold a word much like each longer word of the text, and nothing that the text leaves
 * out.
 */
export function bySpelling(text: string): Match {
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

const NO_MATCH: Match = {
  name: 'nothing',
  values: {},
  write: () => ({ condition: sql`false`, score: sql`0::float8`, snippet: BEGINNING }),
};

/** Sets what `<<%` takes for similar, for this statement only: the connection may be anyone's. */
const CLOSENESS = sql`set_config('pg_trgm.strict_word_similarity_threshold', ${sql.placeholder('closeness')}::text, true)`;

/**
 * How similar a word stays with one slip, by its length. Of n letters it has n + 1 trigrams; two
 * letters swapped change most of them, and leave n - 3 in common of n + 5. Of less than six letters
 * that leaves too few: there it is one wrong letter of five, or one missing. What is longer than
 * eight has room for two slips.
 */
const CLOSENESS_BY_LENGTH: Readonly<Record<number, number>> = { 4: 3 / 8, 5: 3 / 9, 6: 3 / 11, 7: 4 / 12, 8: 5 / 13 };

/** As much as each of the words needs. A little less, as the server rounds. */
function closenessOf(words: readonly string[]): string {
  const needed = words.map((word) => CLOSENESS_BY_LENGTH[Math.min(8, [...word].length)] as number);
  return (Math.min(...needed) - 0.001).toFixed(3);
}
