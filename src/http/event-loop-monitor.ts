/** How often the timer fires. */
const TICK_MS = 100;
/** With a longer delay, requests wait longer than their answers are worth. */
const MAX_DELAY_MS = 1_000;

/** Whether the process keeps up: measured by a timer, which is late when the event loop is. */
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
