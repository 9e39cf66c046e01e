import { LRUCache } from 'lru-cache';
import { DatabaseUnavailable, StatementTimeout } from '../db/failures.ts';
import type { Answer } from './answer.ts';

/** Beside the bytes themselves: key, hash, bookkeeping. */
const OVERHEAD = 500;

/**
 * Published answers as bytes, each of one content version. Bounded in bytes. A request for an
 * answer that is being made waits for that one.
 */
export class AnswerCache {
  readonly #kept: LRUCache<string, Kept>;
  readonly #making = new Map<string, Promise<Answer | null>>();

  /** `maxBytes`: 0 keeps nothing. */
  constructor(maxBytes: number) {
    // As text, as bytes, and compressed: a kept answer counts three times.
    this.#kept = new LRUCache({ maxSize: Math.max(1, maxBytes), sizeCalculation: sizeOf, maxEntrySize: maxBytes / 10 });
  }

  /** What is kept of this content version. */
  kept(key: string, version: number): Answer | undefined {
    const kept = this.#kept.get(key);
    return kept?.version === version ? kept.answer : undefined;
  }

  /**
   * `make` gives the answer and the content version that it is of; null if there is none to be
   * kept.
   */
  async get(key: string, version: number, make: () => Promise<Made | null>): Promise<Answer | null> {
    const kept = this.kept(key, version);
    if (kept) return kept;
    const name = `${version}:${key}`;
    const making = this.#making.get(name);
    // Whoever makes it may hang up or run out of time: then one of the others makes it, for all of
    // them.
    const shared = making && (await making.catch(refuseToRepeat));
    return shared ?? this.#making.get(name) ?? this.#make(key, name, make);
  }

  #make(key: string, name: string, make: () => Promise<Made | null>): Promise<Answer | null> {
    const making = make()
      .then((made) => {
        if (made) this.#kept.set(key, made);
        return made?.answer ?? null;
      })
      .finally(() => this.#making.delete(name));
    this.#making.set(name, making);
    return making;
  }
}

/** A statement that took too long, or had no room, is not sent once more for those who wait. */
function refuseToRepeat(error: unknown): null {
  if (error instanceof StatementTimeout || error instanceof DatabaseUnavailable) throw error;
  return null;
}

/**
 * The key of a published answer; null if none is exact: JSON has no word for the infinity that
 * `1e999` is.
 */
export function cacheKey({ query, operationName, variables }: Question): string | null {
  let isExact = true;
  const text = JSON.stringify(variables ?? {}, (_name, value) => {
    if (typeof value === 'number') isExact &&= Number.isFinite(value);
    return value;
  });
  return isExact ? `${operationName ?? ''}\n${text}\n${query}` : null;
}

interface Question {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: Readonly<Record<string, unknown>> | null;
}

export interface Made {
  readonly answer: Answer;
  readonly version: number;
}

type Kept = Made;

function sizeOf({ answer }: Kept, key: string): number {
  return 3 * answer.byteLength + key.length + OVERHEAD;
}
