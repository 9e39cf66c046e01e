import { type SQL, sql } from 'drizzle-orm';
import type { Catalog } from '../../catalog/catalog.ts';
import { ascii, type Utf8 } from '../../lib/utf8.ts';
import type { ArgumentsOf } from '../limits/cost-total.ts';

/**
 * Stands around what PostgreSQL leaves to this process. Nothing else holds it: in JSON a control
 * character is always escaped.
 */
const MARK = '\u0001';

/** What a request knows that its statement does not. */
export interface MarkContext {
  readonly catalog: Catalog;
  readonly argumentsOf: ArgumentsOf;
}

/** The JSON that a mark stands for. `content` is what PostgreSQL knows of it, a text. */
export type Mark = (content: Utf8, context: MarkContext) => Utf8;

/** The SQL of a mark: `content` is SQL of a text. */
export function markSql(index: number, content: SQL): SQL {
  return sql`${sql.raw(`'${MARK}${index}:'`)} || ${content} || ${sql.raw(`'${MARK}'`)}`;
}

/** A compiled answer, its marks replaced. */
export function splice(text: Utf8, marks: readonly Mark[], context: MarkContext): Utf8 {
  if (marks.length === 0) return text;
  const parts = text.split(MARK);
  for (let i = 1; i < parts.length; i += 2) {
    const part = parts[i] as string;
    const colon = part.indexOf(':');
    parts[i] = (marks[Number(part.slice(0, colon))] as Mark)(ascii(part.slice(colon + 1)), context);
  }
  return ascii(parts.join(''));
}
