import { show } from '../align.ts';
import { type Contestant, withContestants } from './contestants.ts';
import { mixedRequests } from './mixed.ts';
import type { Bench, PartResult } from './part.ts';
import { judge, type Target } from './targets.ts';

const MOST: Target = { name: 'memory, MB', sense: '≤', limit: 250 };
const GROWTH: Target = { name: 'memory at the end ÷ halfway', sense: '≤', limit: 1.1 };
const STEPS = 4;
/** No further quarter is begun after this time. */
const PATIENCE_MS = 6 * 60_000;

/** What newsgraph holds at the start, and after each quarter of many mixed requests. */
export function measureMemory(bench: Bench): Promise<PartResult> {
  const { world, options } = bench;
  const settings = { databaseUrl: world.database.url, newerNode: options.newerNode };
  return withContestants(['newsgraph'], settings, async ([server]) => {
    const held = await measureSteps(bench, server as Contestant);
    const amounts = held.map((_, step) => (options.memoryRequests / STEPS) * step);
    const values = held.map((value) => value ?? Number.NaN);
    return {
      figures: { requests: amounts, held },
      table: [
        ['memory after requests', ...amounts.map(show)],
        ['newsgraph, MB', ...held.map(show)],
      ],
      judged: [
        judge(MOST, null, Math.max(...values)),
        judge(GROWTH, null, (values[STEPS] ?? Number.NaN) / (values[STEPS / 2] ?? Number.NaN)),
      ],
    };
  });
}

async function measureSteps(bench: Bench, server: Contestant): Promise<(number | null)[]> {
  const { press, options } = bench;
  const requests = await mixedRequests(bench, server);
  const amount = options.memoryRequests / STEPS;
  const held = [await server.memory()];
  const end = performance.now() + PATIENCE_MS;
  for (let step = 1; step <= STEPS && performance.now() < end; step++) {
    console.error(`memory: ${show(amount * step)} requests of ${show(options.memoryRequests)}`);
    await press({ origin: server.origin, requests, connections: options.connections, amount, status: 200 });
    held.push(await server.memory());
  }
  return held;
}
