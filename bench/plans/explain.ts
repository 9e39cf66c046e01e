import type { Database } from '../../src/db/database.ts';
import type { SentStatement } from './record.ts';

/** What executing a statement took. */
export interface Work {
  /** Rows that its scans looked at. A look that finds nothing counts as one. */
  readonly rows: number;
  /** Pages of 8 kB, whether or not they were in memory, temporary files included. */
  readonly buffers: number;
  /** In milliseconds. */
  readonly planning: number;
  readonly execution: number;
  /** How each scan was done, the one that looked at the most rows first. */
  readonly scans: readonly string[];
}

/** Of PostgreSQL, by name. */
export type Settings = Readonly<Record<string, string>>;

interface Node {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Join Filter'?: number;
  readonly 'Rows Removed by Index Recheck'?: number;
  readonly 'Shared Hit Blocks': number;
  readonly 'Shared Read Blocks': number;
  readonly 'Temp Read Blocks': number;
  readonly Plans?: readonly Node[];
}

interface Explained {
  readonly Plan: Node;
  readonly 'Planning Time': number;
  readonly 'Execution Time': number;
}

/**
 * Prepares a statement and executes it as a connection with these settings would that has had it
 * `times` times before: PostgreSQL may plan the sixth for all values. One function, as settings and
 * prepared statements belong to a connection, and pools choose one for each statement.
 */
export const WORK_FUNCTION = `
  create or replace function public.work_of(statement text, arguments text[], settings json, times integer)
  returns text language plpgsql as $work$
  declare plan text; execution text := 'execute measured';
  begin
    perform set_config(key, value, true) from json_each_text(settings);
    if cardinality(arguments) > 0 then
      execution := execution || (select format('(%s)', string_agg(quote_nullable(a), ', ')) from unnest(arguments) a);
    end if;
    execute 'prepare measured as ' || statement;
    for turn in 1 .. times loop execute 'explain ' || execution; end loop;
    execute 'explain (analyze, buffers, timing off, format json) ' || execution into plan;
    execute 'deallocate measured';
    return plan;
  end $work$`;

/** Enough for PostgreSQL to know whether one plan will do for all values. */
const TIMES_BEFORE = 6;

/**
 * What a statement takes where its connections have these settings. The database has
 * `WORK_FUNCTION`.
 */
export async function workOf(
  database: Database,
  { text, parameters, prepare }: SentStatement,
  settings: Settings,
): Promise<Work> {
  const [row] = await database.query<{ plan: string }>(
    `select public.work_of($1::text, array(select json_array_elements_text($2::text::json)), $3::text::json, $4::integer) as plan`,
    [text, JSON.stringify(parameters.map(toText)), JSON.stringify(settings), prepare ? TIMES_BEFORE : 0],
    { queryClass: 'scan', prepare: false },
  );
  const [explained] = JSON.parse(row?.plan ?? '[]') as Explained[];
  if (!explained) throw new Error('expected a plan from EXPLAIN, got none');
  return toWork(explained);
}

export function sumOf(works: readonly Work[]): Work {
  const total = (of: (work: Work) => number) => works.reduce((sum, work) => sum + of(work), 0);
  return {
    rows: total(({ rows }) => rows),
    buffers: total(({ buffers }) => buffers),
    planning: total(({ planning }) => planning),
    execution: total(({ execution }) => execution),
    scans: works.flatMap(({ scans }) => scans),
  };
}

function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return value instanceof Date ? value.toISOString() : String(value);
}

function toWork({ Plan: root, 'Planning Time': planning, 'Execution Time': execution }: Explained): Work {
  const read = allNodes(root).map((node) => ({ node, rows: rowsOf(node) }));
  return {
    rows: read.reduce((sum, { rows }) => sum + rows, 0),
    buffers: buffersOf(root),
    planning,
    execution,
    scans: read
      .filter(({ rows }) => rows > 0)
      .sort((a, b) => b.rows - a.rows)
      .map(({ node, rows }) => `${node['Node Type']} ${node['Index Name'] ?? node['Relation Name'] ?? ''} ${rows}`),
  };
}

/**
 * What a node looks at itself: what it leaves out too. PostgreSQL gives means of its loops, rounded.
 * A table of a single page is one look, whatever is on it: to walk down an index takes two.
 */
function rowsOf(node: Node): number {
  const removed =
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Join Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0);
  const isScan = node['Node Type'].endsWith('Scan') && node['Node Type'] !== 'Subquery Scan';
  const isOnePage = node['Node Type'] === 'Seq Scan' && buffersOf(node) <= node['Actual Loops'];
  const aLoop = isScan ? Math.max(1, isOnePage ? 1 : node['Actual Rows'] + removed) : removed;
  return Math.round(aLoop * node['Actual Loops']);
}

function buffersOf(node: Node): number {
  return node['Shared Hit Blocks'] + node['Shared Read Blocks'] + node['Temp Read Blocks'];
}

function allNodes(node: Node): Node[] {
  return [node, ...(node.Plans ?? []).flatMap(allNodes)];
}
