import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
} from 'graphql';
import { getOrMake } from '../lib/get-or-make.ts';
import type { Utf8 } from '../lib/utf8.ts';
import type { GraphContext } from '../loaders/context.ts';
import { operationCheck } from './check-arguments.ts';
import { type Cost, costOf } from './limits/cost.ts';
import type { ArgumentsOf } from './limits/cost-total.ts';
import { type SelectionTree, SelectionTrees } from './selection.ts';
import { operationCompiler } from './sql/compiler.ts';

type Variables = Readonly<Record<string, unknown>>;

export type Result = ExecutionResult | Promise<ExecutionResult>;

/**
 * What answers an operation: PostgreSQL, by SQL that the operation is compiled to, or the reference
 * executor, which is graphql-js with DataLoaders.
 */
export type Executor = 'compiled' | 'reference';

/** How one operation of a document is checked and executed. */
export interface Plan {
  readonly operation: OperationDefinitionNode;
  /**
   * What is wrong with the operation, given these variables, and what it costs. Throws
   * `QUERY_TOO_COMPLEX` if that has no end.
   */
  readonly check: (variables: Variables) => Checked;
  readonly execute: (context: unknown, variables: Variables) => Result;
  /** The `data` as JSON, by SQL that the operation is compiled to; null where it cannot be compiled. */
  readonly compiled: (context: GraphContext, checked: Checked) => Promise<Utf8 | null>;
}

/** Nothing is executed where there are errors. */
export interface Checked {
  readonly errors: readonly GraphQLError[];
  /** Null where it is unknown. */
  readonly cost: Cost | null;
  /** Null where there are errors. */
  readonly tree: SelectionTree | null;
  readonly argumentsOf: ArgumentsOf;
}

/**
 * The plan of each operation of a valid document. Plans live as long as their documents, which caches
 * bound.
 */
export class Plans {
  readonly #schema: GraphQLSchema;
  readonly #maxCost: number;
  readonly #executor: Executor | undefined;
  readonly #known = new WeakMap<DocumentNode, Map<string, Plan>>();

  /** `maxCost`: points that an operation may cost. `executor`: see `ServerOptions`. */
  constructor(schema: GraphQLSchema, maxCost: number, executor?: Executor) {
    this.#schema = schema;
    this.#maxCost = maxCost;
    this.#executor = executor;
  }

  /** Null if the document has no such operation, or several and none is named. */
  of(document: DocumentNode, operationName?: string | null): Plan | null {
    const operation = getOperationAST(document, operationName);
    if (!operation) return null;
    const plans = getOrMake(this.#known, document, () => new Map<string, Plan>());
    return getOrMake(plans, operation.name?.value ?? '', () => this.#plan(document, operation));
  }

  #plan(document: DocumentNode, operation: OperationDefinitionNode): Plan {
    const schema = this.#schema;
    let check: Plan['check'] | undefined;
    // A request that is read again has the same variables, the very object.
    const checked = new WeakMap<Variables, Checked>();
    const compiled = operation.operation === 'query' && this.#executor !== 'reference' ? operationCompiler() : null;
    return {
      operation,
      check: (variables) =>
        getOrMake(checked, variables, () => {
          check ??= checkOf(schema, document, operation, this.#maxCost);
          return check(variables);
        }),
      compiled: async (context, { tree, argumentsOf }) =>
        compiled && tree ? compiled(tree, context, argumentsOf) : null,
      execute(contextValue, variableValues) {
        const operationName = operation.name?.value;
        return execute({ schema, document, operationName, contextValue, variableValues } as ExecutionArgs);
      },
    };
  }
}

/** Bad arguments come first: what they would cost means nothing. */
function checkOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  maxCost: number,
): Plan['check'] {
  const checkArguments = operationCheck(schema, document, operation);
  const trees = new SelectionTrees(schema, document, operation);
  return (variables) => {
    const { errors, coerced, argumentsOf } = checkArguments(variables);
    if (errors.length > 0) return { errors, cost: null, tree: null, argumentsOf };
    const tree = trees.of(coerced);
    const { cost, error } = costOf(tree.roots, argumentsOf, maxCost);
    return { cost, tree, errors: error ? [error] : [], argumentsOf };
  };
}
