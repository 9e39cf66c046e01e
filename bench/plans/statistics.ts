import type postgres from 'postgres';

/**
 * What the planner knows of the tables: `stale` is what it knew before they were multiplied, `none`
 * is a database that was restored or filled where nothing gathers statistics.
 */
export type Statistics = 'stale' | 'none' | 'fresh';

/** In this sequence, as none can be had back from the next. There are stale ones of copies only. */
export const statisticsOf = (copies: number): readonly Statistics[] =>
  copies > 1 ? ['stale', 'none', 'fresh'] : ['none', 'fresh'];

/**
 * Keeps what the planner knows of how large tables are, as to make an index anew counts rows anew.
 */
export const KEEP_SIZES = `
  analyze;
  create table public.kept_sizes as select relnamespace, relname, relpages, reltuples from pg_class`;

const SET: Readonly<Record<Statistics, (schema: string) => string>> = {
  stale: (schema) => `update pg_class c set relpages = k.relpages, reltuples = k.reltuples from public.kept_sizes k
    where c.relnamespace = '${schema}'::regnamespace and k.relnamespace = c.relnamespace and k.relname = c.relname`,
  none: (schema) => `
    delete from pg_statistic where starelid in (select oid from pg_class where relnamespace = '${schema}'::regnamespace);
    update pg_class set relpages = 0, reltuples = -1 where relnamespace = '${schema}'::regnamespace and relkind = 'r'`,
  fresh: () => 'analyze',
};

export async function setStatistics(sql: postgres.Sql, perspective: string, statistics: Statistics): Promise<void> {
  await sql.unsafe(SET[statistics](perspective.toLowerCase()));
}
