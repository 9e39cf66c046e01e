/**
 * An event that one waiter waits for, again and again, each time with a timeout. Each wait resets
 * it. (Promises that race would each keep every wait that has ended.)
 */
export class AutoResetEvent {
  #isSet = false;
  #wake: () => void = () => {};

  set(): void {
    this.#isSet = true;
    this.#wake();
  }

  /**
   * Resolves when it is set, at once if it has been set since the last wait; or else after
   * `milliseconds`.
   */
  async wait(milliseconds?: number): Promise<void> {
    if (!this.#isSet) {
      await new Promise<void>((resolve) => {
        const timer = milliseconds === undefined ? undefined : setTimeout(resolve, milliseconds).unref();
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#isSet = false;
  }
}
