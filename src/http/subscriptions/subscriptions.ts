import { goingDown, serviceUnavailable } from '../../graph/errors.ts';

/** One client that changes are sent to. */
export class Subscription {
  /** Throws the error to end with where the client may no longer see what it saw. */
  readonly check: () => void;
  readonly #controller = new AbortController();
  #endError: Error | null = null;

  constructor(check: () => void) {
    this.check = check;
  }

  /** Aborted when it ends. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The error that the client gets at the end, if any. */
  get endError(): Error | null {
    return this.#endError;
  }

  end(endError: Error | null = null): void {
    if (this.signal.aborted) return;
    this.#endError = endError;
    this.#controller.abort();
  }
}

/** The subscriptions that are open: no more than so many. */
export class Subscriptions {
  readonly #max: number;
  readonly #open = new Set<Subscription>();
  #isClosed = false;

  constructor(max: number) {
    this.#max = max;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Throws `SERVICE_UNAVAILABLE` where there is no room for one more. */
  open(check: Subscription['check']): Subscription {
    if (this.#isClosed || this.#open.size >= this.#max) throw serviceUnavailable();
    const subscription = new Subscription(check);
    this.#open.add(subscription);
    subscription.signal.addEventListener('abort', () => this.#open.delete(subscription), { once: true });
    return subscription;
  }

  /** Ends those whose clients may no longer see what they saw. */
  review(): void {
    for (const subscription of this.#open) {
      try {
        subscription.check();
      } catch (error) {
        subscription.end(error as Error);
      }
    }
  }

  /** Ends all, and opens no more. */
  close(): void {
    this.#isClosed = true;
    for (const subscription of this.#open) subscription.end(goingDown());
  }
}
