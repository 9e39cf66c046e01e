import type { EventEmitter } from 'node:events';
import type { ExecutionResult } from 'graphql';
import type { Answer } from '../../operation/answer.ts';
import { AutoResetEvent } from './auto-reset-event.ts';

/** An answer without errors: all subscribers that it is sent to share its text. */
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
  /** Aborted when nothing is to be sent any more. */
  readonly signal: AbortSignal;
  /** The content version as of now. */
  readonly version: () => Promise<number>;
  /** The answer as of now. */
  readonly read: () => Promise<ExecutionResult>;
  /** What has been sent already, and the content version that it is of, or an earlier one. */
  readonly first: Told;
}

export interface Told {
  readonly version: number;
  readonly answer: ExecutionResult;
}

/** While the content cannot be read, it is tried again so often. In milliseconds. */
const AGAIN_MS = 5_000;

/**
 * Each answer that differs from the one before. Nothing is queued for a client that is slow to take
 * them: it gets the latest. What cannot be read for the moment is tried again.
 */
export async function* liveAnswers(options: LiveOptions): AsyncGenerator<ExecutionResult, void> {
  const { changes, signal, first } = options;
  const changed = toEvent(changes, signal);
  let seen = first.version;
  let sent = first.answer;
  while (!signal.aborted) {
    const found = await readChange(options, seen);
    seen = found?.version ?? seen;
    // Whoever has lost the right to see it meanwhile does not.
    if (!signal.aborted && found?.answer && !isSame(found.answer, sent)) {
      sent = found.answer;
      yield sent;
    }
    await changed.wait(found ? undefined : AGAIN_MS);
  }
}

/** Set at every change, and for the last time when `signal` is aborted. */
function toEvent(changes: EventEmitter, signal: AbortSignal): AutoResetEvent {
  const event = new AutoResetEvent();
  const set = () => event.set();
  const stop = () => {
    changes.off('change', set);
    set();
  };
  changes.on('change', set);
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return event;
}

interface Found {
  readonly version: number;
  /** None where nothing has changed. */
  readonly answer?: ExecutionResult;
}

/** Null while it cannot be read. */
async function readChange({ version, read }: LiveOptions, seen: number): Promise<Found | null> {
  try {
    const now = await version();
    if (now === seen) return { version: now };
    const answer = await read();
    return isTold(answer) ? { version: now, answer } : null;
  } catch {
    return null;
  }
}

/**
 * Whether a result is what the content is: beside an error, a null may be what could not be read.
 */
export function isTold(result: ExecutionResult): boolean {
  return result instanceof LiveAnswer || (result.data != null && !result.errors);
}

function isSame(one: ExecutionResult, other: ExecutionResult): boolean {
  return one instanceof LiveAnswer && other instanceof LiveAnswer && one.text === other.text;
}
