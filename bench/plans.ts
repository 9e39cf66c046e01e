import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type postgres from 'postgres';
import type { Database } from '../src/db/database.ts';
import type { Server } from '../src/http/server.ts';
import { withDatabase } from './database.ts';
import { explain, type Plan, type SentStatement } from './plans/explain.ts';
import { operations, type PlannedOperation } from './plans/operations.ts';
import { runNode } from './process.ts';
import { generate } from './sync/corpora.ts';

const PRODUCT = new URL('../../dist/', import.meta.url);
const RESULTS = fileURLToPath(new URL('../results/plans.json', import.meta.url));

/** A table of so many rows is not to be read from end to end for a page of twenty. */
const LARGE = 10_000;

interface Planned {
  readonly name: string;
  readonly statements: number;
  /** Of four, in milliseconds. */
  readonly best: number;
  readonly plans: readonly Plan[];
  readonly faults: readonly string[];
}

/** Has every kind of operation planned on a large corpus; gives 1 if one of them reads a large table from end to end. */
export async function runPlansBench(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...args], options: { documents: { type: 'string', default: '50000' } } });
  const folder = await mkdtemp(join(tmpdir(), 'newsgraph-plans-'));
  try {
    const corpus = await generate(join(folder, 'corpus'), Number(values.documents));
    return await withDatabase(async ({ url, sql }) => {
      const main = fileURLToPath(new URL('main.js', PRODUCT));
      const env = { ...process.env, DATABASE_URL: url };
      await runNode([main, 'sync', '--json', basename(corpus.folder)], dirname(corpus.folder), env);
      const planned = await planAll(url, sql);
      for (const { name, statements, best, plans, faults } of planned) {
        console.log(
          `${faults.length > 0 ? 'SCANS ' : 'ok    '}${name}: ${statements} statement(s), ${best.toFixed(1)} ms`,
        );
        console.log(
          `        ${plans.map(({ indexes, scans }) => [...indexes, ...scans.map((table) => `all of ${table}`)].join(', ')).join(' | ')}`,
        );
      }
      await mkdir(dirname(RESULTS), { recursive: true });
      await writeFile(RESULTS, `${JSON.stringify({ documents: corpus.documents, planned }, null, 2)}\n`);
      return planned.some(({ faults }) => faults.length > 0) ? 1 : 0;
    });
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function planAll(url: string, sql: postgres.Sql): Promise<Planned[]> {
  const large = await largeTables(sql);
  const { database, sent } = await openRecorded(url);
  try {
    const { createServer: createNewsgraph } = (await import(
      new URL('http/server.js', PRODUCT).href
    )) as typeof import('../src/http/server.ts');
    const { INDEXED_SETTINGS } = (await import(
      new URL('db/query-class.js', PRODUCT).href
    )) as typeof import('../src/db/query-class.ts');
    const { pino } = await import('pino');
    const server = createNewsgraph({
      database,
      logger: pino({ level: 'silent' }),
      anonymous: 'PREVIEW',
      previewTokens: [],
    });
    const plan = async ({ name, countsAll }: PlannedOperation, { statements, best }: Ran): Promise<Planned> => {
      const plans: Plan[] = [];
      for (const statement of statements) plans.push(await explain(sql, statement, INDEXED_SETTINGS));
      const scans = plans.flatMap((plan) => plan.scans).filter((table) => large.has(table));
      return { name, statements: statements.length, best, plans, faults: countsAll ? [] : [...new Set(scans)] };
    };
    const planned: Planned[] = [];
    await withListener(server, async (listening) => {
      const resolved = (init: RequestInit) => server.fetch('http://localhost/graphql', init);
      const known = (init: RequestInit) => fetch(listening, init);
      for (const operation of operations(await someOf(sql))) {
        planned.push(await plan(operation, await run(resolved, operation, sent)));
        const again = await run(known, operation, sent);
        const isWritten = again.statements.some(({ text }) => text.includes('string_agg('));
        if (isWritten) planned.push(await plan({ ...operation, name: `${operation.name}, written` }, again));
      }
    });
    return planned;
  } finally {
    await database.close();
  }
}

/** The product's own database, which tells what it is asked. */
async function openRecorded(url: string): Promise<{ database: Database; sent: SentStatement[] }> {
  const { openPostgres } = (await import(
    new URL('db/postgres.js', PRODUCT).href
  )) as typeof import('../src/db/postgres.ts');
  const opened = openPostgres({ url, connections: 2 });
  const sent: SentStatement[] = [];
  const database: Database = {
    ...opened,
    query(text, parameters, how) {
      sent.push({ text, parameters, generic: how.prepare && how.queryClass === 'indexed' });
      return opened.query(text, parameters, how);
    },
    raw(text, parameters, how) {
      sent.push({ text, parameters, generic: how.prepare && how.queryClass === 'indexed' });
      return opened.raw(text, parameters, how);
    },
  };
  await database.listen();
  return { database, sent };
}

/** Lends `work` the address at which a server answers all that it can at once: from the second time on, as PostgreSQL writes it. */
async function withListener(server: Server, work: (url: string) => Promise<void>): Promise<void> {
  const listener = createServer(server.handle).listen(0, '127.0.0.1');
  await once(listener, 'listening');
  try {
    await work(`http://127.0.0.1:${(listener.address() as AddressInfo).port}/graphql`);
  } finally {
    listener.closeAllConnections();
    listener.close();
  }
}

interface Ran {
  readonly statements: readonly SentStatement[];
  /** In milliseconds. */
  readonly best: number;
}

type Ask = (init: RequestInit) => Response | Promise<Response>;

async function run(ask: Ask, { name, query }: PlannedOperation, sent: SentStatement[]): Promise<Ran> {
  let best = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < 4; turn++) {
    sent.length = 0;
    const start = performance.now();
    const response = await ask({
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const { errors } = (await response.json()) as { errors?: unknown };
    if (errors) throw new Error(`expected an answer to ${name}, got ${JSON.stringify(errors)}`);
    best = Math.min(best, performance.now() - start);
  }
  return { best, statements: [...sent] };
}

async function largeTables(sql: postgres.Sql): Promise<Set<string>> {
  const rows = await sql<{ relname: string }[]>`
    select relname from pg_class where relkind = 'r' and relnamespace = 'preview'::regnamespace and reltuples >= ${LARGE}`;
  return new Set(rows.map((row) => row.relname));
}

/** A topic and a provider of middling size, the address of a story with much coverage, and a word of some title. */
async function someOf(sql: postgres.Sql) {
  const [some] = await sql<{ topic: string; provider: string; url: string; word: string }[]>`
    select
      (select slug from preview.topics order by article_count desc offset 2 limit 1) as topic,
      (select domain from preview.providers order by article_count desc offset 20 limit 1) as provider,
      (select web_url from preview.articles where has_image and not is_stub order by heat_rank desc limit 1) as url,
      (select word from ts_stat('select search from preview.articles where not is_stub limit 2000')
        where word ~ '^[a-z]{7,}$' order by abs(ndoc - 30), word limit 1) as word`;
  if (!some) throw new Error('expected articles to ask for, got none');
  return some;
}
