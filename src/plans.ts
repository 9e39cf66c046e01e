import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { type OperationCheck, operationCheck } from './check-arguments.ts';

type Variables = Readonly<Record<string, unknown>>;

export type Result = ExecutionResult | Promise<ExecutionResult>;

/** How one operation of a document is checked and executed. */
export interface Plan {
  readonly operation: OperationDefinitionNode;
  /** What is wrong with these variables. */
  readonly check: (variables: Variables) => readonly GraphQLError[];
  readonly execute: (context: unknown, variables: Variables) => Result;
}

/**
 * The plan of each operation of a valid document. What is asked for once is executed as graphql-js does, and compiled when it
 * is asked for again: to compile costs milliseconds. Plans live as long as their documents, which caches bound.
 */
export class Plans {
  readonly #schema: GraphQLSchema;
  readonly #known = new WeakMap<DocumentNode, Map<string, Plan>>();

  constructor(schema: GraphQLSchema) {
    this.#schema = schema;
  }

  /** Null if the document has no such operation, or several and none is named. */
  of(document: DocumentNode, operationName?: string | null): Plan | null {
    const operation = getOperationAST(document, operationName);
    if (!operation) return null;
    const plans = this.#known.get(document) ?? new Map<string, Plan>();
    this.#known.set(document, plans);
    const name = operation.name?.value ?? '';
    const plan = plans.get(name) ?? this.#plan(document, operation);
    plans.set(name, plan);
    return plan;
  }

  #plan(document: DocumentNode, operation: OperationDefinitionNode): Plan {
    const schema = this.#schema;
    let check: OperationCheck | undefined;
    let seen = 0;
    let run: Plan['execute'] = (contextValue, variableValues) =>
      execute({
        schema,
        document,
        operationName: operation.name?.value,
        contextValue,
        variableValues,
      } as ExecutionArgs);
    return {
      operation,
      check(variables) {
        check ??= operationCheck(schema, document, operation);
        return check(variables);
      },
      execute(context, variables) {
        seen += 1;
        if (seen === 2) run = compile(schema, document, operation) ?? run;
        return run(context, variables);
      },
    };
  }
}

/** Null for what a compiled plan cannot do exactly. */
function compile(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Plan['execute'] | null {
  if (operation.operation !== 'query' || isIntrospection(document)) return null;
  const compiled = compileQuery(schema, document, operation.name?.value, { disableLeafSerialization: false });
  if (!isCompiledQuery(compiled)) return null;
  return (context, variables) => compiled.query(undefined, context, variables as Record<string, unknown>);
}

function isIntrospection(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field(node) {
      if (node.kind === Kind.FIELD && (node.name.value === '__schema' || node.name.value === '__type')) found = true;
    },
  });
  return found;
}
