import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedDirective,
  isSpecifiedScalarType,
} from 'graphql';

/** Gives the schema coordinates that break it. */
export type Rule = (schema: GraphQLSchema) => string[];

/** One name of a schema, with where it stands: `Query.article(by:)`. */
export interface Member {
  readonly kind: 'type' | 'field' | 'input field' | 'argument' | 'value' | 'directive';
  readonly name: string;
  readonly coordinate: string;
  readonly deprecationReason?: string | null | undefined;
}

/** The schema's own types: neither introspection nor the scalars that every schema has. */
export function ownTypes(schema: GraphQLSchema): GraphQLNamedType[] {
  return Object.values(schema.getTypeMap()).filter(
    (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
  );
}

/** What an object or interface type answers; nothing for any other type. */
export function outputFields(type: GraphQLNamedType): GraphQLField<unknown, unknown>[] {
  return isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
}

export function* members(schema: GraphQLSchema): Generator<Member> {
  for (const directive of schema.getDirectives().filter((each) => !isSpecifiedDirective(each))) {
    const coordinate = `@${directive.name}`;
    yield { kind: 'directive', name: directive.name, coordinate };
    yield* inside('argument', directive.args, (name) => `${coordinate}(${name}:)`);
  }
  for (const type of ownTypes(schema)) {
    yield { kind: 'type', name: type.name, coordinate: type.name };
    yield* membersOf(type);
  }
}

function* membersOf(type: GraphQLNamedType): Generator<Member> {
  const coordinate = (name: string) => `${type.name}.${name}`;
  if (isEnumType(type)) yield* inside('value', type.getValues(), coordinate);
  yield* inside('input field', inputFields(type), coordinate);
  for (const field of outputFields(type)) {
    yield* inside('field', [field], coordinate);
    yield* inside('argument', field.args, (name) => `${coordinate(field.name)}(${name}:)`);
  }
}

type Named = Pick<Member, 'name' | 'deprecationReason'>;

function* inside(kind: Member['kind'], all: readonly Named[], coordinate: (name: string) => string): Generator<Member> {
  for (const { name, deprecationReason } of all) {
    yield { kind, name, coordinate: coordinate(name), deprecationReason };
  }
}

function inputFields(type: GraphQLNamedType): GraphQLInputField[] {
  return isInputObjectType(type) ? Object.values(type.getFields()) : [];
}

/** The names of all types that an operation can meet. */
export function reachable(schema: GraphQLSchema): Set<string> {
  const met = new Set<string>();
  const visit = (type: GraphQLNamedType) => {
    if (met.has(type.name)) return;
    met.add(type.name);
    neighbours(schema, type).forEach(visit);
  };
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    if (root) visit(root);
  }
  for (const directive of schema.getDirectives()) typesOf(directive.args).forEach(visit);
  return met;
}

function neighbours(schema: GraphQLSchema, type: GraphQLNamedType): GraphQLNamedType[] {
  const fields = outputFields(type);
  return [
    ...typesOf(fields),
    ...fields.flatMap((field) => typesOf(field.args)),
    ...typesOf(inputFields(type)),
    ...(isAbstractType(type) ? schema.getPossibleTypes(type) : []),
    ...(isObjectType(type) || isInterfaceType(type) ? type.getInterfaces() : []),
  ];
}

type Typed = GraphQLField<unknown, unknown> | GraphQLArgument | GraphQLInputField;

function typesOf(all: readonly Typed[]): GraphQLNamedType[] {
  return all.map(({ type }) => getNamedType(type));
}
