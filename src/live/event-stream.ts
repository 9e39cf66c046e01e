import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionResult, GraphQLError } from 'graphql';
import { LiveAnswer } from './live-answers.ts';

/** In milliseconds. */
export interface EventTimings {
  /** After which a stream that is idle says that it lives: proxies cut off what is silent for a minute, some sooner. */
  readonly beat: number;
  /** After which a client that takes nothing is given up. */
  readonly patience: number;
}

export const DEFAULT_TIMINGS: EventTimings = { beat: 12_000, patience: 30_000 };

/**
 * Results as server-sent events: GraphQL over SSE, distinct connections mode. Calls `onStalled` when the client has taken
 * nothing for longer than `patience`.
 */
export async function* eventStream(
  results: AsyncIterable<ExecutionResult>,
  { beat, patience }: EventTimings,
  onStalled: () => void,
): AsyncGenerator<string, void> {
  const iterator = results[Symbol.asyncIterator]();
  let next = iterator.next();
  for (let isDone = false; !isDone; ) {
    const result = await withinBeat(next, beat);
    isDone = result?.done === true;
    const timer = setTimeout(onStalled, patience);
    try {
      yield toEvent(result);
    } finally {
      clearTimeout(timer);
    }
    if (result && !isDone) next = iterator.next();
  }
}

/** Null if it takes longer. */
async function withinBeat<T>(result: Promise<T>, milliseconds: number): Promise<T | null> {
  const timer = new AbortController();
  const beat = sleep(milliseconds, null, { signal: timer.signal }).catch(() => null);
  try {
    return await Promise.race([result, beat]);
  } finally {
    timer.abort();
  }
}

function toEvent(result: IteratorResult<ExecutionResult> | null): string {
  if (result === null) return ':\n\n';
  if (result.done) return 'event: complete\ndata:\n\n';
  return `event: next\ndata: ${toJson(result.value)}\n\n`;
}

function toJson(result: ExecutionResult): string {
  if (result instanceof LiveAnswer) return result.text;
  return JSON.stringify({ ...result, ...(result.errors && { errors: result.errors.map(withoutHttp) }) });
}

/** For a status and headers it is too late. */
function withoutHttp(error: GraphQLError): object {
  const { extensions: { http, ...extensions } = {}, ...said } = error.toJSON();
  return { ...said, extensions };
}
