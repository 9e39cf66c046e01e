import type { ExecutionResult, GraphQLError } from 'graphql';
import { AutoResetEvent } from './auto-reset-event.ts';
import { LiveAnswer } from './live-answers.ts';

/** In milliseconds. */
export interface EventTimings {
  /** After which an idle stream sends a comment: proxies cut off what is silent for a minute. */
  readonly beat: number;
  /** After which a client that takes nothing is cut off. */
  readonly patience: number;
}

export const DEFAULT_TIMINGS: EventTimings = { beat: 12_000, patience: 30_000 };

/**
 * Results as server-sent events: GraphQL over SSE, distinct connections mode. Calls `onStalled`
 * when the client has taken nothing for longer than `patience`.
 */
export async function* eventStream(
  results: AsyncIterable<ExecutionResult>,
  { beat, patience }: EventTimings,
  onStalled: () => void,
): AsyncGenerator<string, void> {
  const inbox = new Inbox(results[Symbol.asyncIterator]());
  let timer: NodeJS.Timeout | undefined;
  try {
    for (let isDone = false; !isDone; ) {
      const result = await inbox.wait(beat);
      isDone = result?.done === true;
      timer = setTimeout(onStalled, patience);
      yield toEvent(result);
      clearTimeout(timer);
      if (result) inbox.empty();
    }
  } finally {
    clearTimeout(timer);
    inbox.close();
  }
}

/** The next result, which can be waited for several times. */
class Inbox {
  readonly #iterator: AsyncIterator<ExecutionResult>;
  readonly #arrived = new AutoResetEvent();
  #next: IteratorResult<ExecutionResult> | null = null;

  constructor(iterator: AsyncIterator<ExecutionResult>) {
    this.#iterator = iterator;
    this.#pull();
  }

  /** Null if it does not come within so many milliseconds. */
  async wait(milliseconds: number): Promise<IteratorResult<ExecutionResult> | null> {
    await this.#arrived.wait(milliseconds);
    return this.#next;
  }

  /** Takes the result out, and begins to wait for the next. */
  empty(): void {
    if (this.#next?.done) return;
    this.#next = null;
    this.#pull();
  }

  close(): void {
    this.#iterator.return?.().catch(() => {});
  }

  #pull(): void {
    const arrive = (next: IteratorResult<ExecutionResult>) => {
      this.#next = next;
      this.#arrived.set();
    };
    this.#iterator.next().then(arrive, () => arrive({ done: true, value: undefined }));
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
