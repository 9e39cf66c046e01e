import { GraphQLError, type GraphQLErrorOptions } from 'graphql';

/** Every code that a client can meet in `extensions.code`, and the status that goes with it. */
const STATUS = {
  BAD_USER_INPUT: 400,
  QUERY_TOO_COMPLEX: 400,
  UNAUTHENTICATED: 401,
  MISDIRECTED_REQUEST: 421,
} as const;

type Code = keyof typeof STATUS;

function errorOf(code: Code, message: string, options: GraphQLErrorOptions = {}, headers: Record<string, string> = {}) {
  // spec: false keeps the status for clients of application/json too, which Yoga would else answer with 200.
  const http = { status: STATUS[code], headers, spec: false };
  return new GraphQLError(message, { ...options, extensions: { ...options.extensions, code, http } });
}

/** A value that a client sent is not one we can work with. `argumentPath` leads to it from the operation's root. */
export function badUserInput(
  message: string,
  argumentPath: readonly (string | number)[],
  options: GraphQLErrorOptions = {},
) {
  return errorOf('BAD_USER_INPUT', message, { ...options, extensions: { argumentPath } });
}

/** A header that a client sent is not one we can work with. */
export function badHeader(message: string) {
  return errorOf('BAD_USER_INPUT', message);
}

const COUNTED = {
  depth: 'fields within each other',
  nesting: 'brackets within each other',
  tokens: 'words and punctuation marks',
  aliases: 'aliases',
  directives: 'directives',
  fields: 'fields, with all fragments written out',
} as const;

/** A document has more of something than is allowed. */
export function tooComplex(what: keyof typeof COUNTED, got: number, max: number) {
  const message = `expected at most ${max} ${COUNTED[what]}, got ${got} or more: ask for less, or in several requests`;
  return errorOf('QUERY_TOO_COMPLEX', message, { extensions: { limit: { name: what, max } } });
}

interface CostAdvice {
  readonly field: string;
  readonly change: { readonly field: string; readonly argument: string; readonly value: number } | null;
}

/** An operation costs too many points. Says what costs most, and what would pass. */
export function tooExpensive(cost: { requested: number; limit: number }, { field, change }: CostAdvice) {
  const remedy = change
    ? `with ${change.argument}: ${change.value} at ${change.field} it would pass`
    : 'no single page size would make it pass, so ask for less in several places, or in several requests';
  const message = `expected an operation of at most ${cost.limit} points, got ${cost.requested}, most of them for ${field}: ${remedy}`;
  return errorOf('QUERY_TOO_COMPLEX', message, { extensions: { cost, field, change } });
}

/** A token is missing or wrong: never answered as if none had been sent. */
export function unauthenticated(message: string) {
  return errorOf('UNAUTHENTICATED', message, {}, { 'WWW-Authenticate': 'Bearer realm="newsgraph"' });
}

/** A request for another host than this one, as DNS rebinding makes it. */
export function misdirectedRequest(message: string) {
  return errorOf('MISDIRECTED_REQUEST', message);
}
