/** The two perspectives, as their schemas are called. */
export type PerspectiveSchema = 'published' | 'preview';

/** Makes the rows of `table` whose `scope` column is in the table `within` equal to `rows`. */
export interface Replacement {
  readonly table: string;
  /** The columns of its primary key. */
  readonly key: readonly string[];
  readonly scope: string;
  readonly within: string;
  /** A select of every column of `table`, in its order. */
  readonly rows: string;
}

/** The statements of a replacement. They only write rows that differ, and note in `changes` if there were any. */
export function replaceRows(
  perspective: PerspectiveSchema,
  { table, key, scope, within, rows }: Replacement,
): string[] {
  const same = key.map((column) => `fresh.${column} = t.${column}`).join(' and ');
  const target = `${perspective}.${table}`;
  const noted = `insert into changes select '${perspective}' from written limit 1`;
  return [
    `create temp table fresh (like ${target}) on commit drop`,
    `insert into fresh ${rows}`,
    `with written as (
       delete from ${target} t using ${within} s where s.id = t.${scope}
       and not exists (select from fresh where ${same} and fresh is not distinct from t)
       returning 1
     ) ${noted}`,
    // In the sequence of the primary key, which fills its index page by page.
    `with written as (
       insert into ${target} select * from fresh order by ${key.join(', ')} on conflict do nothing returning 1
     ) ${noted}`,
    'drop table fresh',
  ];
}
