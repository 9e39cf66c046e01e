import {
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  execute,
  type GraphQLError,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  getOperationAST,
  isInputObjectType,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
  visit,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';
import { getOrMake } from '../lib/get-or-make.ts';
import { operationCheck } from './check-arguments.ts';
import { type Cost, costCheck } from './limits/cost.ts';
import type { ArgumentsOf } from './limits/cost-total.ts';
import { type WrittenPlan, writtenPlan } from './sql/written-plan.ts';

type Variables = Readonly<Record<string, unknown>>;

export type Result = ExecutionResult | Promise<ExecutionResult>;

/**
 * What answers an operation: PostgreSQL, by SQL that the operation is compiled to, or the reference
 * executor, which is graphql-js (in production often graphql-jit in its place) with DataLoaders.
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
  /**
   * The same data as JSON, where PostgreSQL can write it: null where it cannot, or does not yet.
   */
  readonly write: WrittenPlan;
}

/** Nothing is executed where there are errors. */
export interface Checked {
  readonly errors: readonly GraphQLError[];
  /** Null where it is unknown. */
  readonly cost: Cost | null;
  readonly argumentsOf: ArgumentsOf;
}

/**
 * The plan of each operation of a valid document. What is asked for once is executed as graphql-js
 * does, and made out or compiled when it is asked for again: to compile costs milliseconds. Plans
 * live as long as their documents, which caches bound.
 */
export class Plans {
  readonly #schema: GraphQLSchema;
  readonly #maxCost: number;
  readonly #executor: Executor | undefined;
  readonly #known = new WeakMap<DocumentNode, Map<string, Plan>>();

  /**
   * `maxCost`: points that an operation may cost. `executor`: see `ServerOptions`.
   */
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
    let seen = 0;
    const interpret: Plan['execute'] = (contextValue, variableValues) =>
      execute({
        schema,
        document,
        operationName: operation.name?.value,
        contextValue,
        variableValues,
      } as ExecutionArgs);
    let run = interpret;
    let written: WrittenPlan | null = null;
    let asked = 0;
    const maxCost = this.#maxCost;
    const executor = this.#executor;
    const compiledAt = COMPILED_AT[executor ?? 'either'];
    return {
      operation,
      check(variables) {
        return getOrMake(checked, variables, () => {
          check ??= checkOf(schema, document, operation, maxCost);
          return check(variables);
        });
      },
      async write(context, argumentsOf) {
        asked += 1;
        if (asked === compiledAt) written = writtenPlan(schema, document, operation);
        return written ? written(context, argumentsOf) : null;
      },
      execute(context, variables) {
        seen += 1;
        if (seen === 2 && !executor) run = exactly(compile(schema, document, operation), interpret);
        return run(context, variables);
      },
    };
  }
}

/** The sight of an operation at which it is compiled to SQL. */
const COMPILED_AT = { either: 2, compiled: 1, reference: Number.POSITIVE_INFINITY } as const;

/** Bad arguments come first: what they would cost means nothing. */
function checkOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  maxCost: number,
): Plan['check'] {
  const checkArguments = operationCheck(schema, document, operation);
  const checkCost = costCheck(schema, document, operation, maxCost);
  return (variables) => {
    const { errors, coerced, argumentsOf } = checkArguments(variables);
    if (errors.length > 0) return { errors, cost: null, argumentsOf };
    const { cost, error } = checkCost(coerced, argumentsOf);
    return { cost, errors: error ? [error] : [], argumentsOf };
  };
}

/**
 * What goes wrong in a compiled plan is left to graphql-js: the sequence of errors, and what else
 * they void, are its own.
 */
function exactly(compiled: Plan['execute'] | null, interpret: Plan['execute']): Plan['execute'] {
  if (!compiled) return interpret;
  return async (context, variables) => {
    const result = await compiled(context, variables);
    return result.errors ? interpret(context, variables) : result;
  };
}

/** Null for what a compiled plan cannot do exactly. */
export function compile(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Plan['execute'] | null {
  if (operation.operation !== 'query' || isBeyondJit(document)) return null;
  const types = (operation.variableDefinitions ?? []).map(({ type }) => typeFromAST(schema, type as never));
  if (types.some((type) => type && isEndless(type))) return null;
  const compiled = compileQuery(schema, document, operation.name?.value, { disableLeafSerialization: false });
  if (!isCompiledQuery(compiled)) return null;
  return (context, variables) => compiled.query(undefined, context, variables as Record<string, unknown>);
}

/**
 * Whether a variable of this type may hold others of it, as a filter does: graphql-jit writes out
 * all that a variable may hold, which for such a type takes seconds and all memory there is before
 * it gives up.
 */
function isEndless(type: GraphQLType, around: readonly GraphQLType[] = []): boolean {
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return false;
  if (around.includes(named)) return true;
  return Object.values(named.getFields()).some((field) => isEndless(field.type, [...around, named]));
}

/**
 * Whether there is something in a document that graphql-jit does otherwise than graphql-js. Of
 * `@skip` and `@include` it keeps one condition for a fragment, wherever that is spread; a variable
 * with a default it demands all the same if it may not be null.
 */
function isBeyondJit(document: DocumentNode): boolean {
  const keys = new Set<string>();
  let found = false;
  visit(document, {
    Field({ name, alias }) {
      keys.add(alias?.value ?? name.value);
      found ||= name.value === '__schema' || name.value === '__type' || alias?.value === '__proto__';
    },
    InlineFragment({ typeCondition }) {
      if (typeCondition) keys.add(typeCondition.name.value);
    },
    Directive() {
      found = true;
    },
    VariableDefinition({ type, defaultValue }) {
      found ||= type.kind === Kind.NON_NULL_TYPE && defaultValue !== undefined;
    },
  });
  return found || [...keys].some((key) => isAmbiguous(key, keys));
}

/** Whether a key may be taken for several: graphql-jit knows a path by its keys, joined by `_`. */
function isAmbiguous(key: string, keys: ReadonlySet<string>): boolean {
  return [...key.matchAll(/_/g)].some(({ index }) => keys.has(key.slice(0, index)));
}
