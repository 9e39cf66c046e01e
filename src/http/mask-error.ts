import { GraphQLError } from 'graphql';
import { maskError as maskUnexpected } from 'graphql-yoga';
import { DatabaseUnavailable } from '../db/failures.ts';
import { serviceUnavailable, timedOut } from '../graph/errors.ts';
import { foreseenCause } from '../operation/foreseen-cause.ts';

/** The error that clients get: for a foreseen one what to do, for all others nothing. */
export function maskError(error: unknown, message: string): Error {
  const cause = foreseenCause(error);
  if (!cause) return maskUnexpected(error, message, false);
  const { path, nodes } = (error instanceof GraphQLError ? error : {}) as Partial<GraphQLError>;
  const place = { path: path ?? null, nodes: nodes ?? null };
  return cause instanceof DatabaseUnavailable ? serviceUnavailable(place) : timedOut(place);
}
