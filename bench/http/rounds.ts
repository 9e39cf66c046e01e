import { median, medianOfKnown } from '../median.ts';
import { usedBetween } from '../process.ts';
import type { Contestant } from './contestants.ts';
import type { Plan, Times } from './load.ts';
import type { Bench } from './part.ts';

/** What one round of load on one server came to. */
export interface Round extends Pick<Times, 'p50' | 'p99'> {
  /** Requests a second. */
  readonly rate: number;
  /** Of the server's processes, in milliseconds a request. */
  readonly serverCpu: number | null;
  /** Of PostgreSQL's. */
  readonly postgresCpu: number | null;
}

/** The rounds of each server, by its name. */
export type Rounds = Readonly<Record<string, readonly Round[]>>;

type Requests = Plan['requests'];

/** Load for some seconds, all of one kind. */
export async function measureRound(bench: Bench, server: Contestant, requests: Requests): Promise<Round> {
  const { press, options, world } = bench;
  const { connections, seconds } = options;
  const plan: Plan = { origin: server.origin, requests, connections, seconds, status: 200 };
  const look = () => Promise.all([server.cpu(), world.database.cpu()]);
  const [serverBefore, postgresBefore] = await look();
  const result = await press(plan);
  const [serverAfter, postgresAfter] = await look();
  const [times] = Object.values(result.kinds);
  if (!times) throw new Error(`expected answers from ${server.name} within ${seconds} s, got none`);
  const perRequest = (used: number | null) => used && (used * 1000) / result.requests;
  return {
    rate: result.rate,
    p50: times.p50,
    p99: times.p99,
    serverCpu: perRequest(usedBetween(serverBefore, serverAfter)),
    postgresCpu: perRequest(usedBetween(postgresBefore, postgresAfter)),
  };
}

/** The medians of all rounds. */
export function medianRound(rounds: readonly Round[]): Round {
  return {
    rate: median(rounds.map(({ rate }) => rate)),
    p50: median(rounds.map(({ p50 }) => p50)),
    p99: median(rounds.map(({ p99 }) => p99)),
    serverCpu: medianOfKnown(rounds.map(({ serverCpu }) => serverCpu)),
    postgresCpu: medianOfKnown(rounds.map(({ postgresCpu }) => postgresCpu)),
  };
}

/** CPU of server and PostgreSQL together. */
export function totalCpu({ serverCpu, postgresCpu }: Round): number | null {
  return serverCpu !== null && postgresCpu !== null ? serverCpu + postgresCpu : null;
}

/** The median of one server's figure over another's in the same round: what slows the machine slows both. */
export function ratio(
  rounds: readonly Round[] | undefined,
  others: readonly Round[] | undefined,
  figure: (round: Round) => number | null,
): number | null {
  const ratios = (rounds ?? []).map((round, index) => {
    const [one, other] = [round, others?.[index]].map((side) => side && figure(side));
    return typeof one === 'number' && typeof other === 'number' ? one / other : null;
  });
  return medianOfKnown(ratios);
}
