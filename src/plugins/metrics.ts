import type { Plugin } from 'graphql-yoga';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';

/** `/metrics` for Prometheus: the process (memory, event-loop delay, CPU) and how long requests take. */
export function useMetrics(): Plugin {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const seconds = new Histogram({
    name: 'newsgraph_http_request_duration_seconds',
    help: 'Time from a request to its answer, by HTTP status.',
    labelNames: ['status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  const timers = new WeakMap<Request, ReturnType<typeof seconds.startTimer>>();
  return {
    async onRequest({ request, url, endResponse, fetchAPI }) {
      timers.set(request, seconds.startTimer());
      if (url.pathname !== '/metrics') return;
      const headers = { 'content-type': registry.contentType };
      endResponse(new fetchAPI.Response(await registry.metrics(), { headers }));
    },
    onResponse({ request, response }) {
      timers.get(request)?.({ status: response.status });
    },
  };
}
