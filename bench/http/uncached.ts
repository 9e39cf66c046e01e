import { show } from '../align.ts';
import { toRequests } from './ask.ts';
import { checkEqual } from './check.ts';
import { type Contestant, withContestants } from './contestants.ts';
import type { Bench, PartResult } from './part.ts';
import type { Operation } from './question.ts';
import { measureRound, medianRound, type Round, type Rounds } from './rounds.ts';
import { countStatements, type StatementCounts } from './statements.ts';
import { judgeUncached } from './uncached-targets.ts';

interface Figures {
  readonly operation: string;
  readonly title: string;
  /** How many sets of variables all servers gave equal answers to. */
  readonly checked: number;
  readonly rounds: Rounds;
}

/** Every operation on every server, by turns, after their answers were found equal. */
export function measureUncached(bench: Bench): Promise<PartResult> {
  const { world, options } = bench;
  const { newerNode, servers } = options;
  return withContestants(servers, { databaseUrl: world.database.url, newerNode }, async (contestants) => {
    const checked = new Map<Operation, number>();
    for (const operation of options.operations) {
      console.error(`${operation.name}: comparing answers`);
      checked.set(operation, await checkEqual(operation, contestants, world.sample, options.checks));
    }
    const statements = await countStatements(bench);
    const figures: Figures[] = [];
    for (const operation of options.operations) {
      const { name, title } = operation;
      const rounds = await measureOperation(bench, contestants, operation);
      figures.push({ operation: name, title, checked: checked.get(operation) ?? 0, rounds });
    }
    const memory = await memoryOf(contestants);
    return {
      figures: { operations: figures, statements, memory },
      table: toTable(figures, statements, memory),
      judged: figures.flatMap(({ operation, rounds }) => judgeUncached(operation, rounds)),
    };
  });
}

async function measureOperation(bench: Bench, contestants: readonly Contestant[], operation: Operation) {
  const { world, options } = bench;
  const cases = operation.cases(world.sample);
  const rounds: Record<string, Round[]> = {};
  const turns: { server: Contestant; requests: Parameters<typeof measureRound>[2]; measured: Round[] }[] = [];
  for (const server of contestants) {
    const requests = await toRequests(server, operation, cases);
    const measured: Round[] = [];
    rounds[server.name] = measured;
    turns.push({ server, requests: requests.map((request) => ({ ...request, kind: operation.name })), measured });
  }
  for (let round = 0; round <= options.rounds; round++) {
    console.error(`${operation.name}: ${round === 0 ? 'warming up' : `round ${round} of ${options.rounds}`}`);
    const seconds = round === 0 ? options.warmUp : options.seconds;
    for (const { server, requests, measured } of turns) {
      const result = await measureRound({ ...bench, options: { ...options, seconds } }, server, requests);
      if (round > 0) measured.push(result);
    }
  }
  return rounds;
}

async function memoryOf(contestants: readonly Contestant[]): Promise<Record<string, number | null>> {
  return Object.fromEntries(
    await Promise.all(contestants.map(async (server) => [server.name, await server.memory()] as const)),
  );
}

function toTable(figures: readonly Figures[], statements: StatementCounts, memory: Record<string, number | null>) {
  const head = ['uncached', 'req/s', 'p50 ms', 'p99 ms', 'CPU ms', 'of PostgreSQL', 'statements', 'MB'];
  const rows = figures.flatMap(({ operation, title, checked, rounds }) => [
    [`${title} (${checked} answers equal)`],
    ...Object.entries(rounds).map(([server, measured]) => {
      const { rate, p50, p99, serverCpu, postgresCpu } = medianRound(measured);
      const cost = [rate, p50, p99, serverCpu, postgresCpu, statements[server]?.[operation] ?? null];
      return [`  ${server}`, ...cost.map(show), show(memory[server] ?? null)];
    }),
  ]);
  return [head, ...rows];
}
