/** How often the clock is looked at. */
const TICK_MS = 100;
/** Later than that, requests have been waiting longer than their answers are worth. */
const MAX_DELAY_MS = 1_000;

/** Whether the process keeps up: its own clock tells, which is late when the event loop is. */
export class Pressure {
  #due = performance.now() + TICK_MS;
  #isHigh = false;

  constructor() {
    setInterval(() => this.#tick(), TICK_MS).unref();
  }

  get isHigh(): boolean {
    return this.#isHigh || performance.now() - this.#due > MAX_DELAY_MS;
  }

  #tick(): void {
    const now = performance.now();
    this.#isHigh = now - this.#due > MAX_DELAY_MS;
    this.#due = now + TICK_MS;
  }
}
