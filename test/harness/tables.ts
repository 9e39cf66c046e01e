import { sql } from 'drizzle-orm';
import { type Database, rowsOf } from '../../src/db/database.ts';
import type { PerspectiveName } from '../../src/db/perspective.ts';
import { previewTables, publishedTables } from '../../src/db/tables.ts';

/** Every row of every table of a perspective, as sorted JSON: equal for equal contents. */
export async function contentsOf(
  { drizzle }: Database,
  perspective: PerspectiveName,
): Promise<Record<string, string[]>> {
  const tables = perspective === 'PREVIEW' ? previewTables : publishedTables;
  const contents: Record<string, string[]> = {};
  for (const [name, table] of Object.entries(tables)) {
    const rows = await rowsOf<{ row: string }>(drizzle, sql`select row_to_json(t)::text as row from ${table} t`);
    contents[name] = rows.map(({ row }) => row).sort();
  }
  return contents;
}

/** The content version of a perspective. */
export async function versionOf({ drizzle }: Database, perspective: PerspectiveName): Promise<number> {
  const rows = await rowsOf<{ version: number }>(
    drizzle,
    sql`select version::int from content.versions where perspective = ${perspective.toLowerCase()}`,
  );
  return rows[0]?.version ?? -1;
}
