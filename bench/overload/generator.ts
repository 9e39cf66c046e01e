import type { HttpRequest } from '../http/ask.ts';
import { Client, type Response } from './client.ts';
import type { Latencies, LoadPlan, LoadResult } from './load.ts';

/** How often requests that are due are sent, in milliseconds. */
const TICK_MS = 2;
/** What is not answered so long after the end is lost, in milliseconds. */
const PATIENCE_MS = 15_000;

process.on('disconnect', () => process.exit());
process.on('message', (plan: LoadPlan) => {
  void new Generator(plan).run().then((result) => process.send?.(result));
});

class Generator {
  readonly #plan: LoadPlan;
  readonly #port: number;
  readonly #messages: readonly Buffer[];
  readonly #idle: Client[] = [];
  readonly #open = new Set<Client>();
  /** When those were due for which no connection is free, by `performance.now()`. */
  #backlog: number[] = [];
  readonly #answered: number[] = [];
  readonly #refused: number[] = [];
  readonly #statuses: Record<string, number> = {};
  #from = 0;
  #to = 0;
  #due = 0;
  #sent = 0;
  #pending = 0;
  #answeredInTime = 0;
  #unexplained = 0;
  #lost = 0;
  #mostOpen = 0;

  constructor(plan: LoadPlan) {
    this.#plan = plan;
    this.#port = Number(new URL(plan.origin).port);
    this.#messages = plan.requests.map(toMessage);
  }

  async run(): Promise<LoadResult> {
    const { rate, seconds, warmUp, connections } = this.#plan;
    const start = performance.now();
    this.#from = start + warmUp * 1_000;
    this.#to = this.#from + seconds * 1_000;
    let cpu = process.cpuUsage();
    setTimeout(() => {
      cpu = process.cpuUsage();
    }, warmUp * 1_000);
    if (rate === null) for (let i = 0; i < connections; i++) this.#begin(start);
    else this.#beginAt(rate, start);
    await new Promise((resolve) => setTimeout(resolve, (warmUp + seconds) * 1_000));
    const used = process.cpuUsage(cpu);
    const end = this.#to + PATIENCE_MS;
    while (this.#pending > 0 && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 20));
    for (const client of this.#open) client.close();
    return {
      due: this.#due,
      answeredInTime: this.#answeredInTime,
      statuses: this.#statuses,
      unexplained: this.#unexplained,
      lost: this.#lost + this.#pending,
      answered: toLatencies(this.#answered),
      refused: toLatencies(this.#refused),
      cpu: (used.user + used.system) / 1e6,
      connections: this.#mostOpen,
    };
  }

  /** Arrivals do not wait for answers. */
  #beginAt(rate: number, start: number): void {
    let begun = 0;
    const timer = setInterval(() => {
      const now = performance.now();
      if (now > this.#to) clearInterval(timer);
      for (const all = Math.floor(((now - start) * rate) / 1_000); begun < all; begun++) {
        this.#begin(start + (begun * 1_000) / rate);
      }
    }, TICK_MS);
  }

  #begin(due: number): void {
    if (this.#isCounted(due)) {
      this.#due += 1;
      this.#pending += 1;
    }
    const client = this.#idle.pop();
    if (client) return this.#send(client, due);
    this.#backlog.push(due);
    if (this.#open.size < this.#plan.connections) this.#connect();
  }

  #connect(): void {
    const onReady = (client: Client) => {
      const due = this.#backlog.shift();
      if (due === undefined) this.#idle.push(client);
      else this.#send(client, due);
    };
    this.#open.add(new Client(this.#port, onReady, (client) => this.#open.delete(client)));
    this.#mostOpen = Math.max(this.#mostOpen, this.#open.size);
  }

  #send(client: Client, due: number): void {
    const message = this.#messages[this.#sent++ % this.#messages.length] as Buffer;
    client.send(message, (response) => {
      this.#count(due, response);
      // Whoever waits for its answer asks again then.
      if (this.#plan.rate === null && performance.now() < this.#to) this.#again();
    });
  }

  #again(): void {
    const now = performance.now();
    if (this.#isCounted(now)) {
      this.#due += 1;
      this.#pending += 1;
    }
    this.#backlog.push(now);
  }

  #count(due: number, response: Response | null): void {
    const now = performance.now();
    if (response?.status === 200 && this.#isCounted(now)) this.#answeredInTime += 1;
    if (!this.#isCounted(due)) return;
    this.#pending -= 1;
    if (!response) {
      this.#lost += 1;
      return;
    }
    const { status, head } = response;
    this.#statuses[status] = (this.#statuses[status] ?? 0) + 1;
    (status === 200 ? this.#answered : this.#refused).push(now - due);
    if (status === 503 && !/\r\nretry-after: 1\r\n/i.test(`${head}\r\n`)) this.#unexplained += 1;
  }

  #isCounted(time: number): boolean {
    return time >= this.#from && time < this.#to;
  }
}

function toMessage({ method, path, headers, body = '' }: HttpRequest): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const head = [
    `${method} ${path} HTTP/1.1`,
    'host: 127.0.0.1',
    ...lines,
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function toLatencies(times: readonly number[]): Latencies {
  const sorted = Float64Array.from(times).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), longest: at(1) };
}
