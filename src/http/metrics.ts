import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { AnsweredBy } from '../operation/make-answer.ts';

/** What Prometheus reads: the process itself, how long requests take, what answers operations. */
export class Metrics {
  readonly registry = new Registry();
  readonly #seconds: Histogram<'status'>;
  /** To find it by its label takes longer than to observe. */
  readonly #observed = new Map<number, Histogram.Internal<'status'>>();
  readonly #operations: Readonly<Record<AnsweredBy, Counter.Internal>>;
  readonly #compileFailures: Counter;

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
    const operations = new Counter({
      name: 'newsgraph_operations_total',
      help: 'Operations that were answered, by what answered: compiled SQL, graphql-js, or an answer that was kept.',
      labelNames: ['executor'],
      registers: [this.registry],
    });
    this.#operations = {
      compiled: operations.labels('compiled'),
      reference: operations.labels('reference'),
      cache: operations.labels('cache'),
    };
    // A counter is missing until it is first counted, and Prometheus computes no rate of it.
    for (const counter of Object.values(this.#operations)) counter.inc(0);
    this.#compileFailures = new Counter({
      name: 'newsgraph_compile_failures_total',
      help: 'Failures of the compiler or of a compiled statement: graphql-js answered instead.',
      registers: [this.registry],
    });
  }

  countOperation(by: AnsweredBy): void {
    this.#operations[by].inc();
  }

  countCompileFailure(): void {
    this.#compileFailures.inc();
  }

  /** `since`: `performance.now()` when the request came. */
  observe(status: number, since: number): void {
    const observed = this.#observed.get(status) ?? this.#seconds.labels({ status });
    this.#observed.set(status, observed);
    observed.observe((performance.now() - since) / 1000);
  }
}
