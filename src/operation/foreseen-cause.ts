import { GraphQLError } from 'graphql';
import { DatabaseUnavailable, StatementTimeout } from '../db/failures.ts';
import { RequestTimeout } from './deadline.ts';

/** What is bound to happen now and then, and is nobody's mistake: too much load, or a slow database. */
export type ForeseenCause = DatabaseUnavailable | StatementTimeout | RequestTimeout;

const KINDS = [DatabaseUnavailable, StatementTimeout, RequestTimeout];

/** The foreseen cause behind an error; null if there is none. */
export function foreseenCause(error: unknown): ForeseenCause | null {
  if (error instanceof GraphQLError && error.originalError) return foreseenCause(error.originalError);
  return KINDS.some((kind) => error instanceof kind) ? (error as ForeseenCause) : null;
}
