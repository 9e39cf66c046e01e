import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { HttpRequest } from '../http/ask.ts';
import { stop } from '../process.ts';

export interface LoadPlan {
  readonly origin: string;
  /** Sent by turns. */
  readonly requests: readonly HttpRequest[];
  /** How many are sent a second, answered or not; null: as many as `connections` that each wait get answered. */
  readonly rate: number | null;
  /** How many at most are open at the same time. */
  readonly connections: number;
  readonly seconds: number;
  /** So many seconds from the start are not counted. */
  readonly warmUp: number;
}

/** What came of all that was due to be sent in the counted time. */
export interface LoadResult {
  readonly due: number;
  /** Answered within the counted time, whenever they were due. */
  readonly answeredInTime: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** Refusals without `Retry-After: 1`. */
  readonly unexplained: number;
  /** Neither answered nor refused: connections that were lost, or could not be had. */
  readonly lost: number;
  /** Milliseconds from when it was due, of those with 200, and of all others. */
  readonly answered: Latencies;
  readonly refused: Latencies;
  /** Of the generator itself, in seconds. */
  readonly cpu: number;
  /** The most connections that were open. */
  readonly connections: number;
}

export interface Latencies {
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}

/** Makes load in a process of its own, so that neither clock nor event loop is the server's. */
export async function runLoad(plan: LoadPlan): Promise<LoadResult> {
  const child = fork(fileURLToPath(new URL('generator.js', import.meta.url)), { signal: stop.signal });
  child.send(plan);
  const [message] = await Promise.race([once(child, 'message'), once(child, 'exit').then(() => [null])]);
  child.kill();
  if (message === null) throw new Error('expected the load generator to measure, but it ended');
  return message as LoadResult;
}
