import { sql } from 'drizzle-orm';
import type { PerspectiveTables } from '../../db/tables.ts';
import { deriveId } from '../../lib/derive-id.ts';
import type { Order } from '../../lib/keyset.ts';
import { NOTHING, OWN_KEYS, type Source } from '../sources.ts';
import { bySpelling } from './spelling.ts';
import { byWords } from './words.ts';

/** By words, or, when no article has them, by titles that are spelled nearly so. */
export type SearchMode = 'words' | 'spelling';

export interface TextSearch {
  readonly text: string;
  readonly mode: SearchMode;
  readonly withSnippet: boolean;
}

/**
 * Best first. A cursor belongs to the text that was searched for, and to the mode in which it was
 * found.
 */
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

/**
 * A minus leaves out the word or phrase that it stands before. Every other is punctuation, as in
 * `--force` or `A - B`.
 */
const STRAY_MINUS = /-(?![\p{L}\p{N}\p{P}\p{S}])|-(?=[-!&|()])|(?<=-)-/gu;

/**
 * Cast, so that no index answers it: the planner does not know that stubs have no words to be found,
 * and would read all of an index to leave them out.
 */
const UNINDEXED_STUB = sql.raw('a.is_stub::integer = 1');

/** The articles that a text is found in. */
export function foundArticles(tables: PerspectiveTables, search: TextSearch): Source {
  const { mode, withSnippet } = search;
  const text = search.text.replace(STRAY_MINUS, ' ');
  const { name, values, write } = mode === 'words' ? byWords(text) : bySpelling(text);
  return {
    name: `search,${mode},${name}${withSnippet ? ',snippet' : ''}`,
    queryClass: 'scan',
    values,
    write() {
      const { condition, score, snippet } = write();
      return {
        from: sql`${tables.articles} a`,
        condition,
        extras: withSnippet ? sql`, ${snippet} as snippet` : NOTHING,
        score,
        keys: { ...OWN_KEYS, score },
        stub: UNINDEXED_STUB,
      };
    },
  };
}
