import { show } from '../align.ts';
import { median } from '../median.ts';
import { toRequests } from './ask.ts';
import { type Contestant, withContestants } from './contestants.ts';
import type { Plan, Pressed } from './load.ts';
import { measureNeighbours, type Neighbours } from './neighbours.ts';
import type { Bench, PartResult } from './part.ts';
import { judge, type Target } from './targets.ts';

/** All operations at once, each as often as the others. */
export async function mixedRequests({ world, options }: Bench, server: Contestant): Promise<Plan['requests']> {
  const lists = await Promise.all(
    options.operations.map(async (operation) => {
      const cases = operation.cases(world.sample).slice(0, EACH);
      return (await toRequests(server, operation, cases)).map((request) => ({ ...request, kind: operation.name }));
    }),
  );
  return Array.from({ length: EACH }, (_, turn) => lists.flatMap((list) => list[turn % list.length] ?? [])).flat();
}

const EACH = 100;
const CONNECTIONS = 50;
const COMPARED = ['newsgraph', 'Mercurius + JIT'] as const;

const TAIL: Target = { name: 'mixed: p99 ÷ that of Mercurius', sense: '≤', limit: 1 };
const BLOCKED: Target = { name: 'longest, ms, while one statement waits', sense: '≤', limit: 500 };

/** All operations at once on 50 connections; then quick requests beside one whose statement waits. */
export function measureMixed(bench: Bench): Promise<PartResult> {
  const { world, options } = bench;
  const servers = COMPARED.filter((name) => options.servers.includes(name));
  const { newerNode } = options;
  return withContestants(servers, { databaseUrl: world.database.url, newerNode }, async (contestants) => {
    const rounds = await measureRounds(bench, contestants);
    const neighbours: Record<string, Neighbours> = {};
    for (const server of contestants) neighbours[server.name] = await measureNeighbours(bench, server);
    return toResult(bench, rounds, neighbours);
  });
}

type Rounds = Readonly<Record<string, readonly Pressed[]>>;

async function measureRounds(bench: Bench, contestants: readonly Contestant[]): Promise<Rounds> {
  const { press, options } = bench;
  const turns = await Promise.all(
    contestants.map(async (server) => ({
      server,
      requests: await mixedRequests(bench, server),
      measured: [] as Pressed[],
    })),
  );
  for (let round = 0; round <= options.rounds; round++) {
    console.error(`mixed: ${round === 0 ? 'warming up' : `round ${round} of ${options.rounds}`}`);
    const seconds = round === 0 ? 2 * options.warmUp : 2 * options.seconds;
    for (const { server, requests, measured } of turns) {
      const pressed = await press({ origin: server.origin, requests, connections: CONNECTIONS, seconds, status: 200 });
      if (round > 0) measured.push(pressed);
    }
  }
  return Object.fromEntries(turns.map(({ server, measured }) => [server.name, measured]));
}

function toResult({ options }: Bench, rounds: Rounds, neighbours: Record<string, Neighbours>): PartResult {
  const names = options.operations.map(({ name }) => name);
  const tail = (server: string, operation: string) =>
    median((rounds[server] ?? []).map(({ kinds }) => kinds[operation]?.p99 ?? Number.NaN));
  const rate = (server: string) => median((rounds[server] ?? []).map((pressed) => pressed.rate));
  const head = ['mixed, 50 connections', 'req/s', ...names.map((name) => `${name} p99 ms`), 'beside a waiting one, ms'];
  return {
    figures: { rounds, neighbours },
    table: [
      head,
      ...Object.keys(rounds).map((server) => [
        server,
        show(rate(server)),
        ...names.map((name) => show(tail(server, name))),
        show(neighbours[server]?.longest ?? null),
      ]),
    ],
    judged: [
      ...names.map((name) => judge(TAIL, name, tail('newsgraph', name) / tail('Mercurius + JIT', name))),
      judge(BLOCKED, null, neighbours['newsgraph']?.longest ?? null),
    ],
  };
}
