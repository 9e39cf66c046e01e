import {
  type ASTNode,
  type DocumentNode,
  type FieldNode,
  GraphQLError,
  type GraphQLField,
  type GraphQLSchema,
  getArgumentValues,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { type ArgumentCheck, InvalidArgument, type Path } from '../graph/argument-check.ts';
import { badUserInput } from '../graph/errors.ts';

type Variables = Readonly<Record<string, unknown>>;

/** What is wrong with the variables and arguments of an operation, and what they are. */
export type OperationCheck = (variables: Variables) => {
  readonly errors: readonly GraphQLError[];
  readonly coerced: Variables;
  readonly argumentsOf: (node: FieldNode) => Variables | undefined;
};

/** A field of an operation that has arguments, and where it stands. */
interface Place {
  readonly field: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
  readonly path: Path;
}

/**
 * Walks through an operation once, and returns a check of its variables and arguments that runs
 * before execution: so a bad value is a request error (400, no data) wherever it stands, and costs
 * no SQL.
 */
export function operationCheck(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): OperationCheck {
  const places = placesWithArguments(schema, document, operation);
  return (variables) => {
    const values = new Map<FieldNode, Variables>();
    const argumentsOf = (node: FieldNode) => values.get(node);
    const { errors, coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
    if (errors) return { errors: errors.map(toVariableError), coerced: {}, argumentsOf };
    const bad: GraphQLError[] = [];
    for (const place of places) {
      const found = readArguments(place, coerced);
      if (found instanceof GraphQLError) bad.push(found);
      else if (found) values.set(place.node, found);
    }
    return { errors: bad, coerced, argumentsOf };
  };
}

/**
 * A validation error as `BAD_USER_INPUT` if it is a literal value that it complains of; otherwise
 * as it is.
 */
export function nameBadLiteral(document: DocumentNode, error: GraphQLError): GraphQLError {
  const value = error.nodes?.[0];
  if (!value || !(value.kind.endsWith('Value') || value.kind === Kind.OBJECT_FIELD)) return error;
  return badUserInput(error.message, pathTo(document, value), { nodes: error.nodes ?? null });
}

function placesWithArguments(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) {
  const definitions = document.definitions.filter(
    (node) => node === operation || node.kind === Kind.FRAGMENT_DEFINITION,
  );
  const places: Place[] = [];
  const types = new TypeInfo(schema);
  visit(
    { kind: Kind.DOCUMENT, definitions },
    visitWithTypeInfo(types, {
      Field(node, _key, _parent, _path, ancestors) {
        const field = types.getFieldDef();
        if (field && field.args.length > 0) places.push({ field, node, path: [...fieldPath(ancestors), nameOf(node)] });
      },
    }),
  );
  return places;
}

/** The values of a field's arguments, or what is wrong with one. */
function readArguments({ field, node, path }: Place, variables: Variables): Variables | GraphQLError | null {
  const check = field.extensions as Partial<ArgumentCheck<unknown>>;
  try {
    const values = getArgumentValues(field, node, variables);
    checkTexts(values, []);
    check.checkArguments?.(values);
    return values;
  } catch (error) {
    if (error instanceof InvalidArgument) return toArgumentError(error, node, path);
    // A fragment of another operation, with a variable that this one lacks: execution never gets
    // there.
    if (!(error instanceof GraphQLError)) throw error;
  }
  return null;
}

/**
 * No text that PostgreSQL cannot hold gets near it: neither NUL nor half of a surrogate pair.
 * Throws `InvalidArgument`.
 */
function checkTexts(value: unknown, path: Path): void {
  if (typeof value === 'string') {
    if (value.includes('\0') || !value.isWellFormed()) {
      throw new InvalidArgument(path, 'expected a text of Unicode characters without NUL, got another');
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value))
      checkTexts(inner, [...path, Array.isArray(value) ? Number(key) : key]);
  }
}

function toArgumentError({ message, path }: InvalidArgument, node: FieldNode, field: Path): GraphQLError {
  return badUserInput(`${field.join('.')}(${path.join('.')}): ${message}`, [...field, ...path], {
    nodes: node,
    path: field,
  });
}

function toVariableError(error: GraphQLError): GraphQLError {
  const definition = error.nodes?.[0];
  const name = definition?.kind === Kind.VARIABLE_DEFINITION ? definition.variable.name.value : '';
  return badUserInput(error.message, [`$${name}`], { nodes: error.nodes ?? null });
}

function pathTo(document: DocumentNode, target: ASTNode): Path {
  let found: Path = [];
  visit(document, {
    enter(node, _key, parent, path, ancestors) {
      if (node !== target) return;
      const containers = [...ancestors, parent ?? [], node];
      found = containers.flatMap((container, i) => step(container, containers[i - 1], path[i]));
    },
  });
  return found;
}

/** What of the path stands for a node, or for the item of a list value that is at `key`. */
function step(node: ASTNode | readonly ASTNode[], above: typeof node | undefined, key: string | number = ''): Path {
  if (!isNode(node)) return above && isNode(above) && above.kind === Kind.LIST ? [key] : [];
  if (node.kind === Kind.FIELD) return [nameOf(node)];
  if (node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD) return [node.name.value];
  return [];
}

function fieldPath(ancestors: readonly (ASTNode | readonly ASTNode[])[]): Path {
  return ancestors.flatMap((node) => (isNode(node) && node.kind === Kind.FIELD ? [nameOf(node)] : []));
}

function isNode(node: ASTNode | readonly ASTNode[]): node is ASTNode {
  return 'kind' in node;
}

function nameOf(node: FieldNode): string {
  return node.alias?.value ?? node.name.value;
}
