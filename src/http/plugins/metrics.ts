import type { Plugin } from 'graphql-yoga';
import type { Metrics } from '../metrics.ts';

/** `/metrics` for Prometheus, and the time of every request. */
export function useMetrics(metrics: Metrics): Plugin {
  const begun = new WeakMap<Request, number>();
  return {
    async onRequest({ request, url, endResponse, fetchAPI }) {
      begun.set(request, performance.now());
      if (url.pathname !== '/metrics') return;
      const headers = { 'content-type': metrics.registry.contentType };
      endResponse(new fetchAPI.Response(await metrics.registry.metrics(), { headers }));
    },
    onResponse({ request, response }) {
      const since = begun.get(request);
      if (since !== undefined) metrics.observe(response.status, since);
    },
  };
}
