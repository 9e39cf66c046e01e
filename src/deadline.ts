import { setMaxListeners } from 'node:events';
import type { ServerResponse } from 'node:http';

/** A request took longer than it may. */
export class RequestTimeout extends Error {
  override readonly name = 'RequestTimeout';
}

/** Whoever asked has hung up. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

/** Until when a request is worth the work: its client still waits, and its time is not up. */
export class Deadline {
  readonly #response: ServerResponse | undefined;
  readonly #end: number;
  #signal: AbortSignal | undefined;

  /** `response`: what the client waits for, where it is known. */
  constructor(milliseconds: number, response?: ServerResponse) {
    this.#end = performance.now() + milliseconds;
    this.#response = response;
  }

  get isClientGone(): boolean {
    return this.#response?.destroyed === true && !this.#response.writableFinished;
  }

  /** Made when it is first asked for: most answers are kept, and take no time. */
  get signal(): AbortSignal {
    this.#signal ??= this.#watch();
    return this.#signal;
  }

  #watch(): AbortSignal {
    const controller = new AbortController();
    // Every statement that is under way listens.
    setMaxListeners(0, controller.signal);
    if (this.isClientGone) controller.abort(new ClientGone('the client has hung up'));
    const timer = setTimeout(
      () => controller.abort(new RequestTimeout('the request took longer than it may')),
      Math.max(0, this.#end - performance.now()),
    );
    timer.unref();
    this.#response?.once('close', () => {
      clearTimeout(timer);
      if (this.isClientGone) controller.abort(new ClientGone('the client has hung up'));
    });
    return controller.signal;
  }
}
