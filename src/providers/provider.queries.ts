import { sql } from 'drizzle-orm';
import type { Perspective } from '../db/perspective.ts';
import type { previewTables } from '../db/tables.ts';
import { uuidArray } from '../db/window.ts';

export type ProviderRow = typeof previewTables.providers.$inferSelect;

export function providersById({ drizzle, tables: { providers } }: Perspective, ids: readonly string[]) {
  return drizzle
    .select()
    .from(providers)
    .where(sql`${providers.id} = any(${uuidArray(ids)})`);
}
