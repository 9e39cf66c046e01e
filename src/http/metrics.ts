import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/**
 * What Prometheus reads: the process (memory, event-loop delay, CPU) and how long requests take.
 */
export class Metrics {
  readonly registry = new Registry();
  readonly #seconds: Histogram<'status'>;
  /** To find it by its label takes longer than to observe. */
  readonly #observed = new Map<number, Histogram.Internal<'status'>>();

  /** `subscriptions`: those that are open. */
  constructor(subscriptions: { readonly size: number }) {
    collectDefaultMetrics({ register: this.registry });
    new Gauge({
      name: 'newsgraph_subscriptions',
      help: 'Subscriptions that are open.',
      registers: [this.registry],
      collect() {
        this.set(subscriptions.size);
      },
    });
    this.#seconds = new Histogram({
      name: 'newsgraph_http_request_duration_seconds',
      help: 'Time from a request to its answer, by HTTP status.',
      labelNames: ['status'],
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers: [this.registry],
    });
  }

  /** `since`: `performance.now()` when the request came. */
  observe(status: number, since: number): void {
    const observed = this.#observed.get(status) ?? this.#seconds.labels({ status });
    this.#observed.set(status, observed);
    observed.observe((performance.now() - since) / 1000);
  }
}
