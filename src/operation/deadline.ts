import type { Writable } from 'node:stream';

/** A request took longer than it may. */
export class RequestTimeout extends Error {
  override readonly name = 'RequestTimeout';
}

/** The client has closed its connection. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

/**
 * Until when a request is worth the work: its client still waits, and its time is not up. Checked
 * where work begins, without a timer, as most answers take no time.
 */
export class Deadline {
  readonly #response: Writable | undefined;
  readonly #end: number;

  /** `response`: what the client waits for, where it is known. */
  constructor(milliseconds: number, response?: Writable) {
    this.#end = performance.now() + milliseconds;
    this.#response = response;
  }

  get isClientGone(): boolean {
    return this.#response?.destroyed === true && !this.#response.writableFinished;
  }

  /** Null while it is worth it. */
  whyGone(): Error | null {
    if (this.isClientGone) return new ClientGone('the client has hung up');
    return performance.now() > this.#end ? new RequestTimeout('the request took longer than it may') : null;
  }
}
