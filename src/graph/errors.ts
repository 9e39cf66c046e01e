import { GraphQLError, type GraphQLErrorOptions } from 'graphql';

/** Every code that a client can meet in `extensions.code`, and the status that goes with it. */
const STATUS = {
  BAD_REQUEST: 400,
  BAD_USER_INPUT: 400,
  QUERY_TOO_COMPLEX: 400,
  UNAUTHENTICATED: 401,
  DOCUMENT_NOT_TRUSTED: 403,
  PERSISTED_QUERY_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  REQUEST_ENTITY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  MISDIRECTED_REQUEST: 421,
  RATE_LIMITED: 429,
  SERVICE_UNAVAILABLE: 503,
  TIMEOUT: 504,
} as const;

type Code = keyof typeof STATUS;

function errorOf(code: Code, message: string, options: GraphQLErrorOptions = {}, headers: Record<string, string> = {}) {
  // spec: false keeps the status for clients of application/json too, which Yoga would else answer
  // with 200.
  const http = { status: STATUS[code], headers, spec: false };
  return new GraphQLError(message, { ...options, extensions: { ...options.extensions, code, http } });
}

/**
 * A value that a client sent is not one we can work with. `argumentPath` leads to it from the
 * operation's root.
 */
export function badUserInput(
  message: string,
  argumentPath: readonly (string | number)[],
  options: GraphQLErrorOptions = {},
) {
  return errorOf('BAD_USER_INPUT', message, { ...options, extensions: { argumentPath } });
}

/** A request is not one of GraphQL over HTTP. */
export function badRequest(message: string) {
  return errorOf('BAD_REQUEST', message);
}

export function bodyTooLarge(maxBytes: number) {
  return errorOf('REQUEST_ENTITY_TOO_LARGE', `expected a body of at most ${maxBytes} bytes, got more`);
}

export function methodNotAllowed() {
  return errorOf('METHOD_NOT_ALLOWED', 'expected GET or POST, got another method', {}, { Allow: 'GET, POST' });
}

/** A subscription goes on: one JSON answer is too little for it. */
export function notAcceptable() {
  return errorOf('NOT_ACCEPTABLE', 'expected Accept: text/event-stream for a subscription, got something else');
}

export function unsupportedMediaType(expected: string) {
  return errorOf(
    'UNSUPPORTED_MEDIA_TYPE',
    `expected ${expected}, got something else`,
    {},
    { 'Accept-Post': 'application/json' },
  );
}

/**
 * As Apollo's clients know it (Automatic Persisted Queries): they send the query then. To them
 * errors come with 200.
 */
export function documentNotFound() {
  const http = { status: STATUS.PERSISTED_QUERY_NOT_FOUND, spec: true };
  return new GraphQLError('PersistedQueryNotFound', { extensions: { code: 'PERSISTED_QUERY_NOT_FOUND', http } });
}

export function documentNotTrusted() {
  return errorOf('DOCUMENT_NOT_TRUSTED', 'expected a document of the list that this server trusts, got another');
}

/** `limit`: points a minute. */
export function rateLimited(limit: number, secondsUntilNext: number) {
  const message = `expected at most ${limit} points a minute: go on in ${secondsUntilNext} s`;
  return errorOf('RATE_LIMITED', message, {}, { 'Retry-After': String(secondsUntilNext) });
}

/** The database is away, or has no room: it may be back in a moment. */
export function serviceUnavailable(options: GraphQLErrorOptions = {}) {
  return errorOf('SERVICE_UNAVAILABLE', 'not available for the moment: try again', options, { 'Retry-After': '1' });
}

/** A subscription ends with its server: another one takes it over. */
export function goingDown() {
  return errorOf('SERVICE_UNAVAILABLE', 'this server is going down: subscribe again');
}

export function timedOut(options: GraphQLErrorOptions = {}) {
  return errorOf('TIMEOUT', 'this took too long: ask for less, or try again', options);
}

/** A header that a client sent is not one we can work with. */
export function badHeader(message: string) {
  return errorOf('BAD_USER_INPUT', message);
}

/**
 * A document is none of GraphQL's. To clients of `application/json` errors come with 200 (GraphQL
 * over HTTP, 6.4.1).
 */
export function parseFailed({ message, nodes, source, positions }: GraphQLError) {
  const http = { status: 400, spec: true };
  const extensions = { code: 'GRAPHQL_PARSE_FAILED', http };
  return new GraphQLError(message, {
    nodes: nodes ?? null,
    source: source ?? null,
    positions: positions ?? null,
    extensions,
  });
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
