import { GraphQLError, type GraphQLErrorOptions } from 'graphql';

/** Every code that a client can meet in `extensions.code`, and the status that goes with it. */
const STATUS = {
  BAD_USER_INPUT: 400,
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

/** A token is missing or wrong: never answered as if none had been sent. */
export function unauthenticated(message: string) {
  return errorOf('UNAUTHENTICATED', message, {}, { 'WWW-Authenticate': 'Bearer realm="newsgraph"' });
}

/** A request for another host than this one, as DNS rebinding makes it. */
export function misdirectedRequest(message: string) {
  return errorOf('MISDIRECTED_REQUEST', message);
}
