import { GraphQLError } from 'graphql';
import { maskError as maskUnexpected } from 'graphql-yoga';
import { DatabaseUnavailable, StatementTimeout } from '../db/failures.ts';
import { serviceUnavailable, timedOut } from '../graph/errors.ts';
import { RequestTimeout } from '../operation/deadline.ts';
import { causeOf } from '../operation/foreseen.ts';

/** The error that clients get: for a foreseen one what to do, for all others nothing. */
export function maskError(error: unknown, message: string): Error {
  const cause = causeOf(error);
  const { path, nodes } = (error instanceof GraphQLError ? error : {}) as Partial<GraphQLError>;
  const place = { path: path ?? null, nodes: nodes ?? null };
  if (cause instanceof DatabaseUnavailable) return serviceUnavailable(place);
  if (cause instanceof StatementTimeout || cause instanceof RequestTimeout) return timedOut(place);
  return maskUnexpected(error, message, false);
}
