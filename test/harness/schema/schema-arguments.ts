import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedInputType,
  type GraphQLObjectType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';
import { schema } from '../../../src/graph/schema.ts';

export type Path = readonly (string | number)[];

/** An argument of a field, as an operation reaches it. */
export interface Argument {
  /** `Topic.articles(where:)` */
  readonly coordinate: string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly argument: GraphQLArgument;
  /** The fields that lead to the field from the root. */
  readonly above: readonly string[];
}

/** Every argument of every field of the schema: a new one is tested as soon as it is there. */
export const ARGUMENTS = argumentsOf(schema.getQueryType() as GraphQLObjectType);

export function argumentsOf(root: GraphQLObjectType): Argument[] {
  const found: Argument[] = [];
  const reached = new Set([root]);
  const queue: { type: GraphQLObjectType; above: readonly string[] }[] = [{ type: root, above: [] }];
  for (const { type, above } of queue) {
    for (const field of Object.values(type.getFields())) {
      for (const argument of field.args) {
        found.push({ coordinate: `${type.name}.${field.name}(${argument.name}:)`, field, argument, above });
      }
      const next = getNamedType(field.type);
      if (!isObjectType(next) || reached.has(next) || field.args.some(isRequiredArgument)) continue;
      reached.add(next);
      queue.push({ type: next, above: [...above, field.name] });
    }
  }
  return found;
}

/** What a field needs beside the argument in question: a text that is found in the seeds. */
export const REQUIRED: Readonly<Record<string, string>> = { 'String!': '"mining"' };

/**
 * An operation that gives each value to an argument, under the aliases `a0`, `a1`, …: each is one variable, so that every
 * value of JSON can be sent.
 */
export function operationOf(
  { field, argument, above }: Argument,
  count: number,
  selection: string,
  further = '',
): string {
  const others = field.args
    .filter((other) => other !== argument && isRequiredArgument(other))
    .map((other) => `, ${other.name}: ${REQUIRED[String(other.type)]}`);
  const variables = Array.from({ length: count }, (_, i) => `$v${i}: ${argument.type}`);
  const calls = variables.map(
    (_, i) => `a${i}: ${field.name}(${argument.name}: $v${i}${others.join('')}${further}) ${selection}`,
  );
  return `query (${variables.join(', ')}) { ${above.map((name) => `${name} { `).join('')}${calls.join(' ')}${' }'.repeat(above.length)} }`;
}

export const variablesOf = (values: readonly unknown[]) =>
  Object.fromEntries(values.map((value, i) => [`v${i}`, value]));

/** A place in an argument where a scalar or an enum stands, and the value of the whole argument with some value there. */
export interface Leaf {
  readonly type: GraphQLNamedInputType;
  readonly path: Path;
  readonly around: (value: unknown) => unknown;
}

/** All of them. A type that is within itself, as a filter may be, is looked into once more, to one field only. */
export function leavesOf(type: GraphQLInputType, above: readonly GraphQLNamedInputType[] = []): Leaf[] {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return leavesOf(nullable.ofType, above).map((leaf) => within(leaf, 0, (value) => [value]));
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return [{ type: named, path: [], around: (value) => value }];
  const fields = Object.values(named.getFields());
  const fresh = fields.filter((field) => !above.includes(getNamedType(field.type)));
  const entered = above.includes(named) ? fresh.slice(0, 1) : fields;
  return entered.flatMap((field) =>
    leavesOf(field.type, [...above, named]).map((leaf) =>
      within(leaf, field.name, (value) => ({ [field.name]: value })),
    ),
  );
}

export function within({ type, path, around }: Leaf, step: string | number, wrap: (value: unknown) => unknown): Leaf {
  return { type, path: [step, ...path], around: (value) => wrap(around(value)) };
}

/** What costs most of what the field can cost. */
export function selectionOf(field: GraphQLField<unknown, unknown>): string {
  const type = getNamedType(field.type);
  if (isLeafType(type)) return '';
  const names = isObjectType(type) ? Object.keys(type.getFields()) : ['id'];
  if (names.includes('pageInfo')) return '{ totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage } }';
  return names.includes('id') ? '{ id }' : '{ __typename }';
}

/** A connection in one of its orders: as what a cursor belongs to. */
export interface Ordered {
  readonly name: string;
  readonly argument: Argument;
  /** Of its field, for `operationOf`. */
  readonly further: string;
}

export const ORDERED: readonly Ordered[] = ARGUMENTS.filter(({ argument }) => argument.name === 'after').flatMap(
  (argument) => {
    const orders = argument.field.args.find(({ name }) => name === 'orderBy');
    const values = orders ? getNamedType(orders.type) : null;
    if (!isEnumType(values)) return [{ name: argument.coordinate, argument, further: '' }];
    return values.getValues().map(({ name }) => ({
      name: `${argument.coordinate} ${name}`,
      argument,
      further: `, orderBy: ${name}`,
    }));
  },
);

/** The first cursor in an answer. */
export function cursorIn(data: unknown): string | undefined {
  return /"cursor":"([^"]+)"/.exec(JSON.stringify(data))?.[1];
}
