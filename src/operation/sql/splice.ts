import { type SQL, sql } from 'drizzle-orm';
import type { Catalog } from '../../catalog/catalog.ts';
import { ascii, type Utf8 } from '../../lib/utf8.ts';

/**
 * Stands in a written text around what PostgreSQL leaves to this process. Nothing else holds it: in JSON a control character is
 * always escaped.
 */
const MARK = '\u0001';

/** The first mark is named by this character, the next by that which follows. */
const FIRST = '0'.charCodeAt(0);

/** What a mark stands for, as JSON. `content` is what PostgreSQL knows of it. */
export type Mark = (content: Utf8, catalog: Catalog) => Utf8;

/** The SQL of a mark: `content` is SQL, a text. */
export function markSql(index: number, content: SQL): SQL {
  const name = String.fromCharCode(FIRST + index);
  return sql`${sql.raw(`'${MARK}${name}'`)} || ${content} || ${sql.raw(`'${MARK}'`)}`;
}

/** What is written, with its marks replaced. */
export function splice(written: Utf8, marks: readonly Mark[], catalog: Catalog): Utf8 {
  if (marks.length === 0) return written;
  const parts = written.split(MARK);
  for (let i = 1; i < parts.length; i += 2) {
    const part = parts[i] as string;
    parts[i] = (marks[part.charCodeAt(0) - FIRST] as Mark)(ascii(part.slice(1)), catalog);
  }
  return ascii(parts.join(''));
}
