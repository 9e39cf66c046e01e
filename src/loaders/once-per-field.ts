import type { FieldNode, GraphQLResolveInfo } from 'graphql';
import { getOrMake } from '../lib/get-or-make.ts';

/**
 * Makes something for each field of one operation once, however many parents it has: what it asks
 * is the same for all of them.
 */
export function oncePerField() {
  const made = new Map<readonly FieldNode[], object>();
  return <T extends object>({ fieldNodes }: Pick<GraphQLResolveInfo, 'fieldNodes'>, make: () => T): T =>
    getOrMake(made, fieldNodes, make) as T;
}
