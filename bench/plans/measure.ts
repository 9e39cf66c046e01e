import type postgres from 'postgres';
import { type Bound, boundOf } from './bounds.ts';
import { type Settings, sumOf, type Work, workOf } from './explain.ts';
import { objectsIn } from './objects.ts';
import { operations, type PlannedOperation, totalIn, walkedLists, walks } from './operations.ts';
import { type Product, withProduct } from './product.ts';
import type { SentStatement } from './record.ts';
import { type Statistics, setStatistics, statisticsOf } from './statistics.ts';
import { worldOf } from './world.ts';

/** An operation as it was answered once: what was sent, and what that may read. */
export interface SentOperation {
  readonly name: string;
  readonly objects: number;
  /** How many articles it must look at, where that is more than its page. */
  readonly looksAt: number | null;
  readonly bound: Bound;
  readonly statements: readonly SentStatement[];
}

/** What the statements of one operation took together. */
export interface Measured extends Omit<SentOperation, 'statements'> {
  readonly copies: number;
  readonly perspective: string;
  readonly statistics: Statistics;
  readonly statements: number;
  readonly work: Work;
}

const PERSPECTIVES = ['PREVIEW', 'PUBLISHED'] as const;
const PAGE_SIZE = 20;

/** Every operation in both perspectives, with each state of statistics. Leaves fresh ones. */
export async function measureAll(
  { url, sql }: { readonly url: string; readonly sql: postgres.Sql },
  copies: number,
  settings: Settings,
): Promise<Measured[]> {
  const measured: Measured[] = [];
  for (const perspective of PERSPECTIVES) {
    await withProduct(url, perspective, async (product) => {
      const sent = await sentBy(product, sql, perspective);
      for (const statistics of statisticsOf(copies)) {
        await setStatistics(sql, perspective, statistics);
        for (const { statements, ...operation } of sent) {
          const work = await workOfAll(product, statements, settings);
          measured.push({ copies, perspective, statistics, ...operation, statements: statements.length, work });
        }
      }
    });
  }
  return measured;
}

async function sentBy(product: Product, sql: postgres.Sql, perspective: string): Promise<SentOperation[]> {
  const world = await worldOf(sql, perspective.toLowerCase());
  const asked = [...operations(world)];
  const ask = async (query: string) => (await product.ask(query)).data;
  for (const list of walkedLists(world)) asked.push(...(await walks(ask, list, PAGE_SIZE)));
  const sent: SentOperation[] = [];
  for (const operation of asked) sent.push(...(await sentFor(product, operation)));
  return sent;
}

/**
 * An operation as its first request has it answered, level by level, and as all later ones have,
 * where PostgreSQL writes the answer itself.
 */
async function sentFor(product: Product, { name, query, looksAt }: PlannedOperation): Promise<SentOperation[]> {
  const total = typeof looksAt === 'string' ? totalIn((await product.ask(looksAt)).data) : looksAt;
  const first = await product.ask(query);
  await product.ask(query);
  const later = await product.ask(query);
  const isWritten = textsOf(later.sent) !== textsOf(first.sent);
  return (isWritten ? [first, later] : [first]).map(({ data, sent }) => {
    const objects = objectsIn(data);
    return { name, objects, looksAt: total ?? null, bound: boundOf(objects, total ?? 0), statements: sent };
  });
}

function textsOf(sent: readonly SentStatement[]): string {
  return sent.map(({ text }) => text).join('\n');
}

async function workOfAll(
  { database }: Product,
  statements: readonly SentStatement[],
  settings: Settings,
): Promise<Work> {
  const works: Work[] = [];
  for (const statement of statements) {
    works.push(await workOf(database, statement, statement.queryClass === 'indexed' ? settings : {}));
  }
  return sumOf(works);
}
