import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import { toSnakeCase } from 'drizzle-orm/casing';
import type { PgTable } from 'drizzle-orm/pg-core';
import { claims, currentRun, documents, files, stagedFiles } from '../../db/content.tables.ts';
import { type Database, rowsOf } from '../../db/database.ts';
import type { ParsedBatch } from '../documents/parse.ts';
import { commitScript } from './commit-script.ts';

/** What the database remembers of a file. */
export type StoredFile = typeof files.$inferSelect;

/** A file to be committed; `documentId: null` says that it is gone. */
export type StagedFile = Omit<typeof stagedFiles.$inferInsert, 'run'>;

/** Begins a run: from here on only it may commit. */
export async function beginRun({ drizzle }: Database, run: string): Promise<void> {
  await drizzle.execute(sql`with gone as (delete from ${currentRun}) insert into ${currentRun} values (${run})`);
}

/**
 * Before the first of many documents: to keep this index up to date takes longer than to build it,
 * which the commit does. Where somebody else uses the table it stays.
 */
export async function setIndexAside({ drizzle }: Database): Promise<void> {
  await drizzle.execute(sql`do $index$ begin
    set local lock_timeout = '200ms';
    drop index if exists content.documents_by_related;
    exception when lock_not_available then null;
  end $index$`);
}

export async function storedFiles({ drizzle }: Database): Promise<Map<string, StoredFile>> {
  const rows = await drizzle.select().from(files);
  return new Map(rows.map((row) => [row.path, row]));
}

/**
 * Adds documents, each whole, in one statement. Those of staged files only: a run that ends here
 * leaves nothing that a reader could see, and nothing that the next commit would not find and
 * collect.
 */
export async function addContent({ drizzle }: Database, batch: ParsedBatch): Promise<void> {
  if (batch.documents === '[]') return;
  await rowsOf(
    drizzle,
    sql`with added_documents as (${insertion(documents, batch.documents)}) ${insertion(claims, batch.claims)}`,
  );
}

export async function stageFiles({ drizzle }: Database, run: string, staged: readonly StagedFile[]): Promise<void> {
  if (staged.length === 0) return;
  await rowsOf(drizzle, insertion(stagedFiles, JSON.stringify(staged.map((file) => ({ run, ...file })))));
}

/** Makes all that `run` has staged visible at once, or throws and leaves everything as it was. */
export async function commitRun(database: Database, run: string): Promise<void> {
  await database.script(commitScript(run));
}

/**
 * What is staged means nothing without the commit, which lasts, and all before it: until then
 * nobody waits for the disk.
 */
const WITHOUT_WAITING = sql`set_config('synchronous_commit', 'off', true) as asynchronous`;

/** `rows` is a JSON array: one parameter, whatever its length. Rows that are there already stay. */
function insertion(table: PgTable, rows: string): SQL {
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
  return sql`insert into ${table} (${targets})
        select ${sources} from json_to_recordset(${rows}::json) as fresh (${types})
        cross join ${WITHOUT_WAITING}
        on conflict do nothing`;
}
