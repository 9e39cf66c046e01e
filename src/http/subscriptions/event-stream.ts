import type { ExecutionResult, GraphQLError } from 'graphql';
import { Bell } from './auto-reset-event.ts';
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
  const inbox = new Inbox(results[Symbol.asyncIterator]());
  let timer: NodeJS.Timeout | undefined;
  try {
    for (let isDone = false; !isDone; ) {
      const result = await inbox.look(beat);
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

/** The next result, looked for again and again. */
class Inbox {
  readonly #iterator: AsyncIterator<ExecutionResult>;
  readonly #bell = new Bell();
  #next: IteratorResult<ExecutionResult> | null = null;

  constructor(iterator: AsyncIterator<ExecutionResult>) {
    this.#iterator = iterator;
    this.#ask();
  }

  /** Null if it does not come within so many milliseconds. */
  async look(milliseconds: number): Promise<IteratorResult<ExecutionResult> | null> {
    await this.#bell.wait(milliseconds);
    return this.#next;
  }

  /** Asks for the one after it. */
  empty(): void {
    if (this.#next?.done) return;
    this.#next = null;
    this.#ask();
  }

  close(): void {
    this.#iterator.return?.().catch(() => {});
  }

  #ask(): void {
    const arrive = (next: IteratorResult<ExecutionResult>) => {
      this.#next = next;
      this.#bell.ring();
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
