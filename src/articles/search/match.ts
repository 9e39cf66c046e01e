import { type SQL, sql } from 'drizzle-orm';
import type { Values } from '../../db/statement.ts';

/** How a search finds articles, ranks them, and what it shows of them. */
export interface Match {
  /** Distinguishes its statement from others of its mode. */
  readonly name: string;
  readonly values: Values;
  readonly write: () => { readonly condition: SQL; readonly score: SQL; readonly snippet: SQL };
}

/**
 * A score counts doublings: what is twice as relevant, or a year younger, ranks one higher. So it
 * holds at every instant. (`extract` would give a numeric, and to divide one for each article found
 * takes an eighth of a search.)
 */
export const AGE = sql.raw(`date_part('epoch', a.published_date_time) / 31536000`);

/** What a web search for it looks for, its words without their endings. */
export function webQuery(placeholder: string): SQL {
  return sql`websearch_to_tsquery('search.words', ${sql.placeholder(placeholder)}::text)`;
}
