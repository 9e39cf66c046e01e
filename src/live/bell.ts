import type { EventEmitter } from 'node:events';

/** Hears every `change` until `signal` is aborted, which rings it for the last time. One listener, however often it is waited for. */
export class Bell {
  #hasRung = false;
  #wake: () => void = () => {};

  constructor(changes: EventEmitter, signal: AbortSignal) {
    const ring = () => {
      this.#hasRung = true;
      this.#wake();
    };
    const stop = () => {
      changes.off('change', ring);
      ring();
    };
    changes.on('change', ring);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  }

  /** Resolves if it has rung since it was last waited for, or when it does; or else after so many milliseconds. */
  async wait(milliseconds?: number): Promise<void> {
    if (!this.#hasRung) {
      await new Promise<void>((resolve) => {
        const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds).unref();
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#hasRung = false;
  }
}
