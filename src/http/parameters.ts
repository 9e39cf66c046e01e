import { badRequest, badUserInput } from '../graph/errors.ts';
import type { DocumentSource } from './persisted/persisted-documents.ts';

/** What a request asks for (GraphQL over HTTP, 5.1), its document as text or by name. */
export interface Parameters extends DocumentSource {
  readonly operationName?: string | null | undefined;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
}

const TYPES: Readonly<Record<string, 'text' | 'object'>> = {
  query: 'text',
  operationName: 'text',
  variables: 'object',
  extensions: 'object',
  documentId: 'text',
};

/**
 * The parameters in the body of a POST. Throws `BAD_REQUEST`, which says nothing of what the body
 * holds.
 */
export function bodyParameters(text: string): Parameters {
  const body = parseJson('the body', text);
  if (Array.isArray(body)) throw badRequest('expected one operation, got a list: send each in a request of its own');
  if (!isObject(body)) throw badRequest('expected an object as the body, got something else');
  for (const [name, value] of Object.entries(body)) checkParameter(name, value);
  return body;
}

/**
 * The parameters of a GET, which are all that follows the question mark: `#` has no meaning on the
 * wire. Throws `BAD_REQUEST`.
 */
export function urlParameters(url: string): Parameters {
  const start = url.indexOf('?');
  const search = new URLSearchParams(start < 0 ? '' : url.slice(start + 1));
  const parameters: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(TYPES)) {
    const text = search.get(name);
    if (!text) continue;
    parameters[name] = type === 'object' ? parseJson(name, text) : text;
    checkParameter(name, parameters[name]);
  }
  return parameters;
}

function checkParameter(name: string, value: unknown): void {
  const type = Object.hasOwn(TYPES, name) ? TYPES[name] : undefined;
  if (!type) throw badRequest(`expected ${Object.keys(TYPES).join(', ')} and nothing else in the body`);
  if (value == null) return;
  const isRight = type === 'text' ? typeof value === 'string' : isObject(value);
  if (!isRight) throw badRequest(`expected ${name} as ${type === 'text' ? 'a text' : 'an object'}, got something else`);
  if (type === 'object' && isDeeper(value, MAX_NESTING)) {
    throw badUserInput(`expected ${name} nested at most ${MAX_NESTING} deep, got more`, [name]);
  }
}

/**
 * Whatever looks into a value calls itself for each level, and deeper ones would exhaust the stack.
 */
const MAX_NESTING = 100;

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}

function parseJson(what: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest(`expected JSON in ${what}, got something else`);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
