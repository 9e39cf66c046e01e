import { type DocumentNode, type GraphQLError, type GraphQLSchema, type OperationDefinitionNode, visit } from 'graphql';
import { tooExpensive } from '../../graph/errors.ts';
import { adviseOn } from './cost-advice.ts';
import { type ArgumentsOf, totalOf } from './cost-total.ts';
import { type CostNode, costTree } from './cost-tree.ts';

/** As `extensions.cost` of every answer. */
export interface Cost {
  /** Points of the operation, with these variables. */
  readonly requested: number;
  /** Points that an operation may cost. */
  readonly limit: number;
}

/** What an operation costs; and an error that says how it would pass, if it costs too much. */
export type CostCheck = (
  variables: Readonly<Record<string, unknown>>,
  argumentsOf: ArgumentsOf,
) => { readonly cost: Cost; readonly error: GraphQLError | null };

/**
 * The cost of one operation. A point is an object that may be read: each object of each list within
 * each object counts, as many as `first` or `last` say. Scalars are free, as are the edges of a
 * page and its `pageInfo`; a connection is a point, and what is counted or searched for some more.
 * It is known before anything is read, and the same whatever there is to be found.
 */
export function costCheck(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  limit: number,
): CostCheck {
  const treeOf = (variables: Readonly<Record<string, unknown>>) => costTree(schema, document, operation, variables);
  const isFixed = !hasDirectives(document);
  let fixed: readonly CostNode[] | undefined;
  return (variables, argumentsOf) => {
    const tree = fixed ?? treeOf(variables);
    if (isFixed) fixed = tree;
    const requested = totalOf(tree, argumentsOf);
    const cost = { requested, limit };
    return { cost, error: requested > limit ? tooExpensive(cost, adviseOn(tree, argumentsOf, limit)) : null };
  };
}

function hasDirectives(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Directive() {
      found = true;
    },
  });
  return found;
}
