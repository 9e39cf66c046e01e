import { GraphQLError } from 'graphql';
import { DatabaseUnavailable, StatementTimeout } from '../db/failures.ts';
import { ClientGone, RequestTimeout } from './deadline.ts';

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

/** What a resolver threw, without the errors of GraphQL around it. */
export function causeOf(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? causeOf(error.originalError) : error;
}
