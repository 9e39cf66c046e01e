import { type SQL, sql } from 'drizzle-orm';
import type { Catalog } from '../catalog/catalog.ts';
import type { Json } from '../lib/json.ts';

/**
 * Stands in a written text around what PostgreSQL leaves to this process. Nothing else holds it: in JSON a control character is
 * always escaped.
 */
const MARK = '\u0001';

/** What a mark stands for, as JSON. `content` is what PostgreSQL knows of it. */
export type Mark = (content: string, catalog: Catalog) => string;

/** The SQL of a mark: `content` is SQL, a text. */
export function markSql(index: number, content: SQL): SQL {
  return sql`${sql.raw(`'${MARK}${index}:'`)} || ${content} || ${sql.raw(`'${MARK}'`)}`;
}

/** What is written, with its marks replaced. What came as bytes has none, as nothing was left to be put into it. */
export function splice(written: string | Buffer, marks: readonly Mark[], catalog: Catalog): Json {
  if (typeof written !== 'string') return [written];
  const parts = written.split(MARK);
  for (let i = 1; i < parts.length; i += 2) {
    const part = parts[i] as string;
    const colon = part.indexOf(':');
    parts[i] = (marks[Number(part.slice(0, colon))] as Mark)(part.slice(colon + 1), catalog);
  }
  return parts.join('');
}
