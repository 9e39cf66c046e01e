import type { Plugin } from 'graphql-yoga';
import { type Cors, PREFLIGHT } from '../cors.ts';

/** Answers preflight requests, and lets pages of other origins read what they may. */
export function useCors(cors: Cors): Plugin {
  return {
    onRequest({ request, endResponse, fetchAPI }) {
      if (request.method === 'OPTIONS') endResponse(new fetchAPI.Response(null, { status: 204, headers: PREFLIGHT }));
    },
    onResponse({ request, response }) {
      const headers = cors((name) => request.headers.get(name));
      for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
    },
  };
}
