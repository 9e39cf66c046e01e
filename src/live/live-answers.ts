import { type EventEmitter, once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionResult } from 'graphql';
import type { Answer } from '../answers.ts';

/** An answer without errors: all who are told the same share its text. */
export class LiveAnswer implements ExecutionResult {
  readonly text: string;
  /** It is in the text. */
  declare readonly data?: null;

  constructor({ text }: Answer) {
    this.text = text;
  }
}

export interface LiveOptions {
  /** Emits `change` whenever the content may have changed. */
  readonly changes: EventEmitter;
  /** Aborted when nobody is to be told any more. */
  readonly signal: AbortSignal;
  /** The content version as of now. */
  readonly version: () => Promise<number>;
  /** The answer as of now. */
  readonly read: () => Promise<ExecutionResult>;
}

/** While the content cannot be read, it is tried again so often. In milliseconds. */
const AGAIN_MS = 5_000;

/**
 * The answer as of now, then each one that differs from the one told before. Nothing is kept for a client that is slow to take
 * them: it gets the latest. Only the first may throw, or have no data: later ones are tried again until they can be told.
 */
export async function* liveAnswers(options: LiveOptions): AsyncGenerator<ExecutionResult, void> {
  const { changes, signal, version, read } = options;
  let seen = await version();
  let told = await read();
  yield told;
  while (!signal.aborted) {
    // Listens before it looks: what changes in between is not missed.
    const changed = once(changes, 'change', { signal }).catch(() => {});
    const found = await lookAgain(options, seen);
    if (!found) await Promise.race([changed, sleep(AGAIN_MS, undefined, { signal, ref: false }).catch(() => {})]);
    if (!found) continue;
    seen = found.version;
    if (found.answer && !isSame(found.answer, told)) {
      told = found.answer;
      yield told;
    }
    await changed;
  }
}

interface Found {
  readonly version: number;
  /** None where nothing has changed. */
  readonly answer?: ExecutionResult;
}

/** Null while it cannot be told. */
async function lookAgain({ version, read }: LiveOptions, seen: number): Promise<Found | null> {
  try {
    const now = await version();
    if (now === seen) return { version: now };
    const answer = await read();
    return isTold(answer) ? { version: now, answer } : null;
  } catch {
    return null;
  }
}

/** Whether a result says anything of the content. */
export function isTold(result: ExecutionResult): boolean {
  return result instanceof LiveAnswer || result.data != null;
}

function isSame(one: ExecutionResult, other: ExecutionResult): boolean {
  return one instanceof LiveAnswer && other instanceof LiveAnswer && one.text === other.text;
}
