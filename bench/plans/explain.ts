import type postgres from 'postgres';

/** A statement as the product sent it. */
export interface SentStatement {
  readonly text: string;
  readonly parameters: readonly unknown[];
  readonly generic: boolean;
}

/** What a plan reads: indexes, and tables from end to end. */
export interface Plan {
  readonly indexes: readonly string[];
  readonly scans: readonly string[];
}

/** Of connections for what is planned once for all parameters. */
type Settings = Readonly<Record<string, string>>;

interface Node {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Node[];
}

/** The plan that PostgreSQL makes of a statement, in the way in which the product has it planned. */
export async function explain(sql: postgres.Sql, statement: SentStatement, quick: Settings): Promise<Plan> {
  const nodes = allNodes(await planOf(sql, statement, quick));
  const indexes = nodes.flatMap((node) => node['Index Name'] ?? []);
  const scans = nodes.filter((node) => node['Node Type'] === 'Seq Scan').flatMap((node) => node['Relation Name'] ?? []);
  return { indexes: [...new Set(indexes)].sort(), scans: [...new Set(scans)].sort() };
}

async function planOf(sql: postgres.Sql, { text, parameters, generic }: SentStatement, quick: Settings): Promise<Node> {
  if (!generic) return firstPlan(await sql.unsafe(`explain (format json) ${text}`, [...parameters] as never[]));
  const values = parameters.map((value) => (typeof value === 'number' ? String(value) : quote(String(value))));
  const settings = Object.entries(quick);
  await sql.unsafe(settings.map(([name, value]) => `set ${name} = ${value}`).join('; '));
  await sql.unsafe(`prepare looked_at as ${text}`);
  try {
    const execution = values.length > 0 ? `looked_at (${values.join(', ')})` : 'looked_at';
    return firstPlan(await sql.unsafe(`explain (format json) execute ${execution}`));
  } finally {
    await sql.unsafe(`deallocate looked_at; ${settings.map(([name]) => `reset ${name}`).join('; ')}`);
  }
}

function firstPlan(rows: readonly object[]): Node {
  const [row] = rows as readonly { 'QUERY PLAN': readonly { Plan: Node }[] }[];
  const plan = row?.['QUERY PLAN'][0]?.Plan;
  if (!plan) throw new Error('expected a plan from EXPLAIN, got none');
  return plan;
}

function allNodes(node: Node): Node[] {
  return [node, ...(node.Plans ?? []).flatMap(allNodes)];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
