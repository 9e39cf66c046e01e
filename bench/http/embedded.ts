import { join } from 'node:path';
import { show } from '../align.ts';
import { median } from '../median.ts';
import { toRequests } from './ask.ts';
import { checkEqual } from './check.ts';
import { type Contestant, NEWSGRAPH, withContestants } from './contestants.ts';
import { type Delays, withHealthLooks } from './health.ts';
import type { Plan } from './load.ts';
import type { Bench, PartResult } from './part.ts';
import type { Operation } from './question.ts';
import { withServer } from './server.ts';
import { judge, type Target } from './targets.ts';

const RATE: Target = { name: 'embedded requests/s ÷ PostgreSQL', sense: '≥', limit: 0.4 };
const HEALTH: Target = { name: 'embedded: /health p99 under load, ms', sense: '≤', limit: 100 };

interface Figures {
  readonly operation: string;
  readonly embedded: readonly number[];
  readonly postgres: readonly number[];
  readonly health: Delays;
}

/** Every operation on the embedded engine and on PostgreSQL, by turns. */
export function measureEmbedded(bench: Bench): Promise<PartResult> {
  const { world, options } = bench;
  const settings = { databaseUrl: world.database.url, newerNode: options.newerNode };
  return withContestants(['newsgraph'], settings, ([postgres]) => {
    console.error('embedded: syncing (minutes)');
    return withServer(developmentServer(world.corpus.folder, world.folder), async (server) => {
      // It shows drafts to whoever asks.
      const embedded: Contestant = { ...(postgres as Contestant), ...server, headers: {} };
      const figures: Figures[] = [];
      for (const operation of options.operations) {
        await checkEqual(operation, [postgres as Contestant, embedded], world.sample, CHECKS);
        figures.push(await measureOperation(bench, postgres as Contestant, embedded, operation));
      }
      return toResult(figures);
    });
  });
}

const CHECKS = 20;

function developmentServer(corpus: string, folder: string) {
  const env = { CONTENT_DIR: corpus, DATA_DIR: join(folder, 'embedded') };
  return { name: 'embedded', node: process.execPath, args: [NEWSGRAPH, 'dev'], env };
}

async function measureOperation(
  bench: Bench,
  postgres: Contestant,
  embedded: Contestant,
  operation: Operation,
): Promise<Figures> {
  const { options } = bench;
  const plans = {
    postgres: await planOf(bench, postgres, operation),
    embedded: await planOf(bench, embedded, operation),
  };
  const rates: Record<'postgres' | 'embedded', number[]> = { postgres: [], embedded: [] };
  const health = await withHealthLooks(embedded.origin, async (look) => {
    await press(bench, plans.postgres, options.warmUp);
    await press(bench, plans.embedded, options.warmUp);
    for (let round = 1; round <= options.rounds; round++) {
      console.error(`${operation.name}: embedded, round ${round} of ${options.rounds}`);
      rates.postgres.push(await press(bench, plans.postgres, options.seconds));
      rates.embedded.push(await look(() => press(bench, plans.embedded, options.seconds)));
    }
  });
  return { operation: operation.name, ...rates, health };
}

async function planOf(
  { world, options }: Bench,
  { origin, ...server }: Contestant,
  operation: Operation,
): Promise<Plan> {
  const requests = await toRequests({ origin, ...server }, operation, operation.cases(world.sample));
  const ofKind = requests.map((request) => ({ ...request, kind: operation.name }));
  return { origin, requests: ofKind, connections: options.connections, status: 200 };
}

/** Requests a second. */
async function press(bench: Bench, plan: Plan, seconds: number): Promise<number> {
  return (await bench.press({ ...plan, seconds })).rate;
}

function toResult(figures: readonly Figures[]): PartResult {
  const share = ({ embedded, postgres }: Figures) =>
    median(embedded.map((rate, round) => rate / (postgres[round] ?? Number.NaN)));
  return {
    figures: { operations: figures },
    table: [
      ['embedded, requests/s', 'embedded', 'PostgreSQL', '/health p50 ms', 'p99 ms', 'longest ms'],
      ...figures.map(({ operation, embedded, postgres, health }) => [
        operation,
        ...[median(embedded), median(postgres), health.p50, health.p99, health.longest].map(show),
      ]),
    ],
    judged: figures.flatMap((one) => [
      judge(RATE, one.operation, share(one)),
      judge(HEALTH, one.operation, one.health.p99),
    ]),
  };
}
