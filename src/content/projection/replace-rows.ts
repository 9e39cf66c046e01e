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

/**
 * A replacement as a statement. It only writes rows that differ, and notes in `changes` if there
 * were any.
 */
export function replaceRows(perspective: PerspectiveSchema, replacement: Replacement): string {
  const target = `${perspective}.${replacement.table}`;
  return `do $replace$ declare indexes text[]; begin
      if exists (select from ${target}) then
        ${replaceDifferent(perspective, target, replacement)};
      else
        ${fill(perspective, target, replacement)};
      end if;
    end $replace$`;
}

function replaceDifferent(
  perspective: PerspectiveSchema,
  target: string,
  { key, scope, within, rows }: Replacement,
): string {
  const same = key.map((column) => `fresh.${column} = t.${column}`).join(' and ');
  return `create temp table fresh (like ${target}) on commit drop;
        insert into fresh ${rows};
        delete from ${target} t using ${within} s where s.id = t.${scope}
        and not exists (select from fresh where ${same} and fresh is not distinct from t);
        ${noteIfAny(perspective)};
        insert into ${target} select * from fresh where not exists (select from ${target} t where ${same});
        ${noteIfAny(perspective)};
        drop table fresh`;
}

/**
 * From so many on, it is quicker to build indexes afterwards than to keep them up to date row by
 * row.
 */
const MANY = 2_000;

/** Of an empty table. While it fills, its readers wait, and would have found nothing. */
function fill(perspective: PerspectiveSchema, target: string, { table, key, within, rows }: Replacement): string {
  const primaryKey = `${table}_pkey`;
  const others = `from pg_indexes where schemaname = '${perspective}' and tablename = '${table}' and indexname <> '${primaryKey}'`;
  return `if (select count(*) from ${within}) > ${MANY} then
          indexes := array(select indexdef ${others}) || array[
            'alter table ${target} add constraint ${primaryKey} primary key (${key.join(', ')})'];
          alter table ${target} drop constraint ${primaryKey};
          execute (select coalesce(string_agg(format('drop index %I.%I', schemaname, indexname), ';'), 'select') ${others});
        end if;
        insert into ${target} ${rows};
        ${noteIfAny(perspective)};
        execute coalesce(array_to_string(indexes, ';'), 'select')`;
}

/** Whether the statement before wrote anything. */
function noteIfAny(perspective: PerspectiveSchema): string {
  return `if found then insert into changes values ('${perspective}'); end if`;
}
