import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { align, show } from './align.ts';
import { toRequests } from './http/ask.ts';
import { type Contestant, withContestants } from './http/contestants.ts';
import { deep } from './http/operations/deep.ts';
import { front } from './http/operations/front.ts';
import type { Operation } from './http/question.ts';
import { type World, withWorld } from './http/world.ts';
import { type LoadPlan, type LoadResult, runLoad } from './overload/load.ts';
import { usedBetween } from './process.ts';

const RESULTS = fileURLToPath(new URL('../results/overload.json', import.meta.url));

/** How many times what can be answered is asked for. */
const TIMES = 5;
/** What of the best rate is to be left of it then. */
const TARGET = 0.8;
/** Clients that wait for their answers: one of these gives the best rate. */
const CONNECTIONS = [10, 30, 100];
/** Open at the same time while arrivals wait for nobody. */
const MAX_CONNECTIONS = 8_000;

interface Measured extends LoadResult {
  /** Answers a second. */
  readonly rate: number;
  /** In seconds. */
  readonly serverCpu: number | null;
  readonly postgresCpu: number | null;
}

interface Figures {
  readonly operation: string;
  readonly best: Measured;
  readonly overload: Measured;
  /** The share of the best rate. */
  readonly goodput: number;
  /** Of the server, in milliseconds; null where it cannot be measured. */
  readonly cpuPerRefusal: number | null;
}

/** Asks for five times what can be answered; gives 1 if less than 80 % of the best rate is left then. */
export async function runOverloadBench(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      documents: { type: 'string', default: '5000' },
      seconds: { type: 'string', default: '8' },
      only: { type: 'string', default: 'front,deep' },
    },
  });
  const operations = [front, deep].filter(({ name }) => values.only.split(',').includes(name.toLowerCase()));
  const seconds = Number(values.seconds);
  const figures: Figures[] = [];
  await withWorld(Number(values.documents), async (world) => {
    for (const operation of operations) figures.push(await measureOperation(world, operation, seconds));
  });
  console.log(align(toTable(figures)));
  await mkdir(dirname(RESULTS), { recursive: true });
  const machine = { node: process.version, cores: availableParallelism(), load: loadavg() };
  await writeFile(RESULTS, `${JSON.stringify({ date: new Date().toISOString(), ...machine, figures }, null, 2)}\n`);
  return figures.every(({ goodput }) => goodput >= TARGET) ? 0 : 1;
}

/** On a server of its own: what one operation leaves behind is no other's burden. */
function measureOperation(world: World, operation: Operation, seconds: number): Promise<Figures> {
  const options = { databaseUrl: world.database.url, newerNode: false };
  return withContestants(['newsgraph'], options, async ([server]) => {
    if (!server) throw new Error('expected a server, got none');
    const requests = await toRequests(server, operation, operation.cases(world.sample));
    const plan = { origin: server.origin, requests, seconds };
    const tries: Measured[] = [];
    for (const connections of CONNECTIONS) {
      console.error(`${operation.name}: ${connections} clients that wait`);
      tries.push(await measure(world, server, { ...plan, rate: null, connections, warmUp: 2 }));
    }
    const best = tries.reduce((most, next) => (next.rate > most.rate ? next : most));
    console.error(`${operation.name}: ${show(TIMES * best.rate)} a second`);
    const load = { ...plan, rate: TIMES * best.rate, connections: MAX_CONNECTIONS, warmUp: 4 };
    const overload = await measure(world, server, load);
    const goodput = overload.rate / best.rate;
    return { operation: operation.name, best, overload, goodput, cpuPerRefusal: cpuPerRefusal(best, overload) };
  });
}

async function measure(world: World, server: Contestant, plan: LoadPlan): Promise<Measured> {
  const look = () => Promise.all([server.cpu(), world.database.cpu()]);
  const counted = new Promise((resolve) => setTimeout(resolve, plan.warmUp * 1_000)).then(look);
  const result = runLoad(plan);
  const [serverBefore, postgresBefore] = await counted;
  await new Promise((resolve) => setTimeout(resolve, plan.seconds * 1_000));
  const [serverAfter, postgresAfter] = await look();
  return {
    ...(await result),
    rate: (await result).answeredInTime / plan.seconds,
    serverCpu: usedBetween(serverBefore, serverAfter),
    postgresCpu: usedBetween(postgresBefore, postgresAfter),
  };
}

/** What the server used beyond what the same number of answers takes without refusals. */
function cpuPerRefusal(best: Measured, overload: Measured): number | null {
  const refused = refusals(overload);
  if (best.serverCpu === null || overload.serverCpu === null || refused === 0) return null;
  const forAnswers = (best.serverCpu / best.answeredInTime) * overload.answeredInTime;
  return ((overload.serverCpu - forAnswers) * 1_000) / refused;
}

function refusals({ statuses }: LoadResult): number {
  return statuses['503'] ?? 0;
}

function toTable(figures: readonly Figures[]): string[][] {
  const head = [
    '',
    'due/s',
    'answered/s',
    'p50 ms',
    'p99 ms',
    '503',
    'p99 ms',
    'others',
    'lost',
    'CPU s',
    'of PostgreSQL',
    'of the load',
  ];
  const row = (title: string, { due, statuses, lost, unexplained, ...measured }: Measured, seconds: number) => {
    const { 200: _, 503: refused = 0, ...others } = statuses;
    const other = Object.values(others).reduce((sum, count) => sum + count, unexplained);
    const { rate, answered, refused: times, serverCpu, postgresCpu, cpu } = measured;
    const cells = [due / seconds, rate, answered.p50, answered.p99, refused, times.p99, other, lost];
    return [title, ...[...cells, serverCpu, postgresCpu, cpu].map(show)];
  };
  const rows = figures.flatMap(({ operation, best, overload, goodput, cpuPerRefusal: cpu }) => [
    row(`${operation}, best`, best, best.answeredInTime / best.rate),
    row(`${operation}, ${TIMES} times as much`, overload, overload.answeredInTime / overload.rate),
    [
      `  ${goodput < TARGET ? 'MISSED' : 'ok'}: ${show(goodput * 100)} % of the best rate; CPU a refusal ${show(cpu)} ms`,
    ],
  ]);
  return [head, ...rows];
}
