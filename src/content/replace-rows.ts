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
  const noteIfAny = `if found then insert into changes values ('${perspective}'); end if`;
  return [
    `create temp table fresh (like ${target}) on commit drop`,
    `insert into fresh ${rows}`,
    `do $replace$ declare
      indexes text[];
    begin
      delete from ${target} t using ${within} s where s.id = t.${scope}
      and not exists (select from fresh where ${same} and fresh is not distinct from t);
      ${noteIfAny};
      ${setIndexesAside(perspective, table)};
      -- In the sequence of the primary key, which fills its index page by page.
      insert into ${target} select * from fresh where not exists (select from ${target} t where ${same})
      order by ${key.join(', ')};
      ${noteIfAny};
      execute coalesce(array_to_string(indexes, ';'), 'select');
    end $replace$`,
    'drop table fresh',
  ];
}

/** From so many rows on, it is quicker to build indexes afterwards than to keep them up to date row by row. */
const MANY = 2_000;

/** Only of an empty table: while it fills, its readers wait, and would have found nothing. */
function setIndexesAside(schema: PerspectiveSchema, table: string): string {
  const secondary = `from pg_indexes where schemaname = '${schema}' and tablename = '${table}' and indexname not like '%\\_pkey'`;
  return `if (select count(*) from fresh) > ${MANY} and not exists (select from ${schema}.${table}) then
        indexes := array(select indexdef ${secondary});
        execute coalesce((select string_agg(format('drop index %I.%I', schemaname, indexname), ';') ${secondary}), 'select');
      end if`;
}
