/** How often the timer fires. */
const TICK_MS = 100;
/** With a longer delay, requests wait longer than their answers are worth. */
const MAX_DELAY_MS = 1_000;

/** Whether the process keeps up: measured by a timer, which is late when the event loop is. */
export class EventLoopMonitor {
  #due = performance.now() + TICK_MS;
  #isOverloaded = false;

  constructor() {
    setInterval(() => this.#tick(), TICK_MS).unref();
  }

  get isOverloaded(): boolean {
    return this.#isOverloaded || performance.now() - this.#due > MAX_DELAY_MS;
  }

  #tick(): void {
    const now = performance.now();
    this.#isOverloaded = now - this.#due > MAX_DELAY_MS;
    this.#due = now + TICK_MS;
  }
}
