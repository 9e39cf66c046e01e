import type { IncomingMessage } from 'node:http';
import { LRUCache } from 'lru-cache';
import { keyOf } from './answer-cache.ts';

/** A request that the express lane takes: GraphQL over HTTP, as clients plainly send it. */
export interface LaneRequest {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
  /** What tells its answer from others; null if nothing does exactly. */
  readonly key: string | null;
}

/** Requests as they were read before: the same again, as a story that is in the news, is not parsed again. */
export class LaneRequests {
  readonly #known = new LRUCache<string, LaneRequest>({
    max: 1_000,
    maxSize: 2_000_000,
    sizeCalculation: (_request, text) => text.length + 1,
  });

  /** Null for whatever is not plainly a request: the ordinary way then says what is wrong. */
  ofBody(text: string): LaneRequest | null {
    return this.#known.get(text) ?? this.#keep(text, readBody(text));
  }

  ofUrl(url: string): LaneRequest | null {
    return this.#known.get(url) ?? this.#keep(url, readParameters(url));
  }

  #keep(text: string, request: LaneRequest | null): LaneRequest | null {
    if (request) this.#known.set(text, request);
    return request;
  }
}

const JSON_TYPE = /^application\/json(;\s*charset=("?)[Uu][Tt][Ff]-8\2)?$/;

/** A body may have no others; and extensions are for the ordinary way. */
const PARAMETERS = new Set(['query', 'variables', 'operationName']);

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '': 'application/json',
  '*/*': 'application/json',
  'application/json': 'application/json',
  'application/graphql-response+json': 'application/graphql-response+json',
};

/** The media type of the answer, if the request's head is one for the lane; else null. */
export function mediaTypeFor({ method, headers }: IncomingMessage): string | null {
  if (method === 'POST' && !JSON_TYPE.test(headers['content-type'] ?? '')) return null;
  if (headers['content-encoding'] !== undefined) return null;
  return MEDIA_TYPES[headers.accept ?? ''] ?? null;
}

/** The request in the body of a POST. */
function readBody(text: string): LaneRequest | null {
  const body = parseJson(text);
  if (body === null || !Object.keys(body).every((name) => PARAMETERS.has(name))) return null;
  const { query, variables, operationName } = body;
  return request(query, operationName, variables ?? {});
}

/** The request in the parameters of a GET, which are all that follows the question mark: `#` has no meaning on the wire. */
function readParameters(url: string): LaneRequest | null {
  const parameters = new URLSearchParams(url.slice(url.indexOf('?') + 1));
  if (parameters.has('extensions')) return null;
  const variables = parseJson(parameters.get('variables') || '{}');
  return request(parameters.get('query'), parameters.get('operationName'), variables);
}

function request(query: unknown, operationName: unknown, variables: unknown): LaneRequest | null {
  if (typeof query !== 'string' || !isObject(variables)) return null;
  if (operationName != null && typeof operationName !== 'string') return null;
  const asked = { query, operationName: operationName ?? null, variables };
  return { ...asked, key: keyOf(asked) };
}

function parseJson(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
