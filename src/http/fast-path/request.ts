import type { IncomingMessage } from 'node:http';
import { LRUCache } from 'lru-cache';
import { keyOf } from '../../operation/answer-cache.ts';
import { bodyParameters, type Parameters, urlParameters } from '../parameters.ts';
import type { PersistedDocuments } from '../persisted/persisted-documents.ts';

/** A request that the express lane takes: GraphQL over HTTP, as clients plainly send it. */
export interface LaneRequest {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
  /** What tells its answer from others; null if nothing does exactly. */
  readonly key: string | null;
}

/**
 * Requests as they were read before: the same again, as a story that is in the news, is not parsed
 * again.
 */
export class LaneRequests {
  readonly #known = new LRUCache<string, LaneRequest>({
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
  ofBody(text: string): LaneRequest | null {
    return this.#known.get(text) ?? this.#keep(text, bodyParameters(text));
  }

  ofUrl(url: string): LaneRequest | null {
    return this.#known.get(url) ?? this.#keep(url, urlParameters(url));
  }

  #keep(text: string, parameters: Parameters): LaneRequest | null {
    const request = this.#toRequest(parameters);
    if (request) this.#known.set(text, request);
    return request;
  }

  #toRequest({ operationName, variables, ...source }: Parameters): LaneRequest | null {
    const query = this.#persisted.textOf(source);
    if (query === undefined) return null;
    const asked = { query, operationName: operationName ?? null, variables: variables ?? {} };
    return { ...asked, key: keyOf(asked) };
  }
}

const JSON_TYPE = /^application\/json\s*(;\s*charset=("?)utf-8\2\s*)?$/i;

/** Whether a body says that it is JSON, in the only encoding that JSON has (RFC 8259). */
export function isJson(contentType: string | null): boolean {
  return contentType !== null && JSON_TYPE.test(contentType);
}

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '': 'application/json',
  '*/*': 'application/json',
  'application/json': 'application/json',
  'application/graphql-response+json': 'application/graphql-response+json',
};

/** The media type of the answer, if the request's head is one for the lane; else null. */
export function mediaTypeFor({ method, headers }: IncomingMessage): string | null {
  if (method === 'POST' && !isJson(headers['content-type'] ?? null)) return null;
  if (headers['content-encoding'] !== undefined) return null;
  return MEDIA_TYPES[headers.accept ?? ''] ?? null;
}
