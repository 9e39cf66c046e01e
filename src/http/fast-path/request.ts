import type { IncomingMessage } from 'node:http';
import { LRUCache } from 'lru-cache';
import { weightsOf } from '../../lib/weights.ts';
import { cacheKey } from '../../operation/answer-cache.ts';
import { bodyParameters, type Parameters, urlParameters } from '../parameters.ts';
import type { PersistedDocuments } from '../persisted/persisted-documents.ts';

/** The parameters of a plain request of GraphQL over HTTP, with the text of its document. */
export interface ParsedRequest {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
  /** Its key in the answer cache; null if no key is exact. */
  readonly key: string | null;
}

/** Requests by their text: one that is sent often is parsed once. */
export class ParsedRequests {
  readonly #known = new LRUCache<string, ParsedRequest>({
    max: 1_000,
    maxSize: 2_000_000,
    // A document that is called by name is longer than its request.
    sizeCalculation: ({ query, key }, text) => text.length + query.length + (key?.length ?? 0) + 1,
  });

  readonly #persisted: PersistedDocuments;

  constructor(persisted: PersistedDocuments) {
    this.#persisted = persisted;
  }

  /** Throws for whatever is not plainly a request. */
  ofBody(text: string): ParsedRequest | null {
    return this.#known.get(text) ?? this.#keep(text, bodyParameters(text));
  }

  ofUrl(url: string): ParsedRequest | null {
    return this.#known.get(url) ?? this.#keep(url, urlParameters(url));
  }

  #keep(text: string, parameters: Parameters): ParsedRequest | null {
    const request = this.#toRequest(parameters);
    if (request) this.#known.set(text, request);
    return request;
  }

  #toRequest({ operationName, variables, ...source }: Parameters): ParsedRequest | null {
    const query = this.#persisted.textOf(source);
    if (query === undefined) return null;
    const request = { query, operationName: operationName ?? null, variables: variables ?? {} };
    return { ...request, key: cacheKey(request) };
  }
}

const JSON_TYPE = /^application\/json\s*(;\s*charset=("?)utf-8\2\s*)?$/i;

/** Whether a body says that it is JSON, in the only encoding that JSON has (RFC 8259). */
export function isJson(contentType: string | null): boolean {
  return contentType !== null && JSON_TYPE.test(contentType);
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '*/*': 'application/json',
  'application/*': 'application/json',
  'application/json': 'application/json',
  'application/graphql-response+json': 'application/graphql-response+json',
};

/** The media type of the answer, if the request's head is one for the fast path; else null. */
export function mediaTypeFor({ method, headers }: IncomingMessage): string | null {
  if (method === 'POST' && !isJson(headers['content-type'] ?? null)) return null;
  if (headers['content-encoding'] !== undefined) return null;
  const { accept } = headers;
  if (accept === undefined || accept === '') return 'application/json';
  return MEDIA_TYPES[accept] ?? MEDIA_TYPES[preferredOf(accept)] ?? null;
}

/** The media type that is accepted most, of those that are accepted as much the first (RFC 9110, 12.5.1). */
function preferredOf(accept: string): string {
  let preferred = '';
  let most = 0;
  for (const [type, weight] of weightsOf(accept)) if (weight > most) [preferred, most] = [type, weight];
  return preferred;
}
