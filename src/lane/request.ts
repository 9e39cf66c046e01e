import type { IncomingMessage } from 'node:http';

/** A request that the express lane takes: GraphQL over HTTP, as clients plainly send it. */
export interface LaneRequest {
  readonly query: string;
  readonly operationName: string | null;
  readonly variables: Readonly<Record<string, unknown>>;
  /** As text, to tell requests apart. */
  readonly variablesText: string;
  /** What the answer is to be. */
  readonly mediaType: string;
}

const JSON_TYPE = /^application\/json(\s*;\s*charset=("?)utf-8\2)?\s*$/i;

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

/** The request in the body of a POST. Null for whatever is not plainly one: the ordinary way then says what is wrong. */
export function readBody(text: string, mediaType: string): LaneRequest | null {
  const body = parseJson(text);
  if (body === null || 'extensions' in body) return null;
  const { query, variables, operationName } = body;
  return request(query, operationName, variables ?? {}, mediaType);
}

/** The request in the parameters of a GET. */
export function readParameters(url: URL, mediaType: string): LaneRequest | null {
  const parameters = url.searchParams;
  if (parameters.has('extensions')) return null;
  const variables = parseJson(parameters.get('variables') || '{}');
  return request(parameters.get('query'), parameters.get('operationName'), variables, mediaType);
}

function request(query: unknown, operationName: unknown, variables: unknown, mediaType: string): LaneRequest | null {
  if (typeof query !== 'string' || !isObject(variables)) return null;
  if (operationName != null && typeof operationName !== 'string') return null;
  const variablesText = JSON.stringify(variables);
  return { query, operationName: operationName ?? null, variables, variablesText, mediaType };
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
