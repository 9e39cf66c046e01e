import { GraphQLError } from 'graphql';
import { maskError as maskUnexpected } from 'graphql-yoga';
import { DatabaseUnavailable, StatementTimeout } from './db/failures.ts';
import { ClientGone, RequestTimeout } from './deadline.ts';
import { serviceUnavailable, timedOut } from './errors.ts';

/** What clients are told of an error: of those that we foresee what to do, of all others nothing. */
export function maskError(error: unknown, message: string): Error {
  const cause = causeOf(error);
  const { path, nodes } = (error instanceof GraphQLError ? error : {}) as Partial<GraphQLError>;
  const place = { path: path ?? null, nodes: nodes ?? null };
  if (cause instanceof DatabaseUnavailable) return serviceUnavailable(place);
  if (cause instanceof StatementTimeout || cause instanceof RequestTimeout) return timedOut(place);
  return maskUnexpected(error, message, false);
}

/** The failure behind an error, if it is one that is bound to happen now and then; else null. */
export function foreseenCause(error: unknown): Error | null {
  const cause = causeOf(error);
  const isForeseen = [DatabaseUnavailable, StatementTimeout, RequestTimeout].some((kind) => cause instanceof kind);
  return isForeseen ? (cause as Error) : null;
}

/** Whether an error is bound to happen now and then, or nobody is there any more to be answered. */
export function isForeseen(error: unknown): boolean {
  return foreseenCause(error) !== null || causeOf(error) instanceof ClientGone;
}

function causeOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? causeOf(error.originalError) : error;
}
