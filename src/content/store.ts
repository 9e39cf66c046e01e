import { getTableColumns, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { claims, currentRun, documents, files, related, stagedFiles } from '../db/content.tables.ts';
import { type Database, type Drizzle, rowsOf } from '../db/database.ts';
import type { ParsedBatch } from './parse.ts';
import { commitScript } from './project.ts';

/** What the database remembers of a file. */
export type StoredFile = typeof files.$inferSelect;

/** A file to be committed; `documentId: null` says that it is gone. */
export type StagedFile = Omit<typeof stagedFiles.$inferInsert, 'run'>;

/** Begins a run: from here on only it may commit. What an earlier one staged and never committed is dropped. */
export async function beginRun({ drizzle }: Database, run: string): Promise<void> {
  await drizzle.execute(
    sql`with gone as (delete from ${currentRun}), dropped as (delete from ${stagedFiles})
        insert into ${currentRun} values (${run})`,
  );
}

export async function storedFiles({ drizzle }: Database): Promise<Map<string, StoredFile>> {
  const rows = await drizzle.select().from(files);
  return new Map(rows.map((row) => [row.path, row]));
}

/**
 * Adds documents. They are named by what they hold and no file points to them yet, so this needs no
 * transaction: a run that ends here leaves nothing that a reader could see.
 */
export async function addContent({ drizzle }: Database, batch: ParsedBatch): Promise<void> {
  await insertRows(drizzle, claims, batch.claims);
  await insertRows(drizzle, related, batch.related);
  await insertRows(drizzle, documents, batch.documents);
}

export async function stageFiles({ drizzle }: Database, run: string, staged: readonly StagedFile[]): Promise<void> {
  await insertRows(drizzle, stagedFiles, JSON.stringify(staged.map((file) => ({ run, ...file }))));
}

/** Makes all that `run` has staged visible at once, or throws and leaves everything as it was. */
export async function commitRun(database: Database, run: string): Promise<void> {
  await database.script(commitScript(run));
}

/** `rows` is a JSON array: one parameter, whatever its length. Rows that are there already stay. */
async function insertRows(drizzle: Drizzle, table: PgTable, rows: string): Promise<void> {
  if (rows === '[]') return;
  const columns = Object.entries(getTableColumns(table));
  const targets = sql.join(
    columns.map(([, column]) => sql.identifier(toSnakeCase(column.name))),
    sql`, `,
  );
  const sources = sql.join(
    columns.map(([key]) => sql.identifier(key)),
    sql`, `,
  );
  const types = sql.join(
    columns.map(([key, column]) => sql`${sql.identifier(key)} ${sql.raw(column.getSQLType())}`),
    sql`, `,
  );
  await rowsOf(
    drizzle,
    sql`insert into ${table} (${targets})
        select ${sources} from json_to_recordset(${rows}::json) as fresh (${types})
        on conflict do nothing`,
  );
}

function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
