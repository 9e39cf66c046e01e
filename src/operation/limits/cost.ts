import type { GraphQLError } from 'graphql';
import { tooExpensive } from '../../graph/errors.ts';
import type { Selection } from '../selection.ts';
import { adviseOn } from './cost-advice.ts';
import { type ArgumentsOf, totalOf } from './cost-total.ts';

/** As `extensions.cost` of every answer. */
export interface Cost {
  /** Points of the operation, with these variables. */
  readonly requested: number;
  /** Points that an operation may cost. */
  readonly limit: number;
}

/**
 * What an operation costs, and an error that says how it would pass, if it costs too much. A point
 * is an object that may be read: each object of each list within each object counts, as many as
 * `first` or `last` say. Scalars are free, as are the edges of a page and its `pageInfo`; a
 * connection is a point, and what is counted or searched for some more. It is known before anything
 * is read, and the same whatever there is to be found.
 */
export function costOf(
  roots: readonly Selection[],
  argumentsOf: ArgumentsOf,
  limit: number,
): { readonly cost: Cost; readonly error: GraphQLError | null } {
  const requested = totalOf(roots, argumentsOf);
  const cost = { requested, limit };
  return { cost, error: requested > limit ? tooExpensive(cost, adviseOn(roots, argumentsOf, limit)) : null };
}
