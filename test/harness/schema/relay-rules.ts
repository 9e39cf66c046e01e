import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
} from 'graphql';
import { outputFields, ownTypes, type Rule } from './schema-members.ts';

/** `edges: [XEdge]` and `pageInfo: PageInfo!`, and what has them is called a connection. */
export const connections: Rule = (schema) => ownTypes(schema).filter(isConnectionByName).flatMap(brokenConnection);

export const onlyConnectionsHaveEdges: Rule = (schema) =>
  ownTypes(schema)
    .filter((type) => 'edges' in fieldTypes(type) && !isConnectionByName(type))
    .map(({ name }) => name);

function brokenConnection(type: GraphQLNamedType): string[] {
  if (!isObjectType(type)) return [type.name];
  const { edges, pageInfo } = type.getFields();
  return [
    ...(edges && isListType(getNullableType(edges.type)) ? [] : [`${type.name}.edges`]),
    ...(String(pageInfo?.type) === 'PageInfo!' ? [] : [`${type.name}.pageInfo`]),
  ];
}

/** An edge is an object called so, whose cursor is text and whose node can be fetched again by its id. */
export const edges: Rule = (schema) => edgeTypes(schema).flatMap(brokenEdge);

function edgeTypes(schema: GraphQLSchema): GraphQLNamedType[] {
  const listed = ownTypes(schema)
    .filter(isConnectionByName)
    .flatMap((type) => outputFields(type).filter(({ name }) => name === 'edges'))
    .map(({ type }) => getNamedType(type));
  return [...new Set([...listed, ...ownTypes(schema).filter(({ name }) => name.endsWith('Edge'))])];
}

function brokenEdge(type: GraphQLNamedType): string[] {
  if (!isObjectType(type) || !type.name.endsWith('Edge')) return [type.name];
  const { cursor, node } = type.getFields();
  return [
    ...(String(cursor?.type) === 'String!' ? [] : [`${type.name}.cursor`]),
    ...(node && !isListType(getNullableType(node.type)) && isNode(getNamedType(node.type))
      ? []
      : [`${type.name}.node`]),
  ];
}

function isNode(type: GraphQLNamedType): boolean {
  if (!isObjectType(type) && !isInterfaceType(type)) return false;
  return type.name === 'Node' || type.getInterfaces().some(({ name }) => name === 'Node');
}

const PAGE_INFO = {
  hasNextPage: 'Boolean!',
  hasPreviousPage: 'Boolean!',
  startCursor: 'String',
  endCursor: 'String',
};

/** An empty page has no cursors, so they are null there. */
export const pageInfo: Rule = (schema) => {
  const type = schema.getType('PageInfo');
  if (!type) return ['PageInfo'];
  const types = fieldTypes(type);
  return Object.entries(PAGE_INFO)
    .filter(([name, expected]) => types[name] !== expected)
    .map(([name]) => `PageInfo.${name}`);
};

const FORWARD = { first: 'Int', after: 'String' };
const BACKWARD = { last: 'Int', before: 'String' };

/** Every connection can be paged forward; one that goes backward too has both arguments for it. */
export const paging: Rule = (schema) =>
  ownTypes(schema).flatMap((type) =>
    outputFields(type)
      .filter((field) => isConnectionByName(getNamedType(field.type)))
      .flatMap((field) => brokenPaging(field).map((name) => `${type.name}.${field.name}(${name}:)`)),
  );

function brokenPaging({ args }: GraphQLField<unknown, unknown>): string[] {
  const types = Object.fromEntries(args.map((arg) => [arg.name, String(arg.type)]));
  const goesBackward = Object.keys(BACKWARD).some((name) => name in types);
  return Object.entries({ ...FORWARD, ...(goesBackward ? BACKWARD : {}) })
    .filter(([name, expected]) => types[name] !== expected)
    .map(([name]) => name);
}

function isConnectionByName(type: GraphQLNamedType): boolean {
  return type.name.endsWith('Connection');
}

function fieldTypes(type: GraphQLNamedType): Record<string, string> {
  return Object.fromEntries(outputFields(type).map((field) => [field.name, String(field.type)]));
}
