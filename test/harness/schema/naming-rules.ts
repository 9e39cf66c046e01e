import {
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { type Member, members, outputFields, ownTypes, type Rule, reachable } from './schema-members.ts';

const PASCAL_CASE = /^[A-Z][A-Za-z0-9]*$/;
const CAMEL_CASE = /^[a-z][A-Za-z0-9]*$/;
const UPPER_CASE = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;

const SPELLING: Record<Member['kind'], RegExp> = {
  type: PASCAL_CASE,
  field: CAMEL_CASE,
  'input field': CAMEL_CASE,
  argument: CAMEL_CASE,
  directive: CAMEL_CASE,
  value: UPPER_CASE,
};

/** Filters combine with these, which no field of the graph can be called. */
const CONNECTIVES = ['AND', 'OR', 'NOT'];

export const spelling: Rule = (schema) =>
  where(schema, ({ kind, name }) => {
    if (kind === 'input field' && CONNECTIVES.includes(name)) return false;
    return !SPELLING[kind].test(name);
  });

/** `NodeInterface` tells again what the schema says already; an enum `ArticleType` does not. */
export const noKindInTypeName: Rule = (schema) =>
  ownTypes(schema)
    .filter((type) => {
      const kind = kindOf(type);
      return kind !== null && type.name.endsWith(kind);
    })
    .map((type) => type.name);

function kindOf(type: GraphQLNamedType): string | null {
  if (isEnumType(type)) return 'Enum';
  if (isInterfaceType(type)) return 'Interface';
  if (isUnionType(type)) return 'Union';
  return isObjectType(type) ? 'Type' : null;
}

export const noVerbInQuery: Rule = (schema) => {
  const query = schema.getQueryType();
  if (!query) return [];
  return outputFields(query)
    .filter(({ name }) => /^(get|query)(?![a-z])|Query$/.test(name))
    .map(({ name }) => `${query.name}.${name}`);
};

export const noTypeInFieldName: Rule = (schema) =>
  ownTypes(schema).flatMap((type) =>
    outputFields(type)
      .filter(({ name }) => name.toLowerCase().startsWith(type.name.toLowerCase()))
      .map(({ name }) => `${type.name}.${name}`),
  );

/** Generated code often folds the case of enum values, and two would become one. */
export const valuesDifferByMoreThanCase: Rule = (schema) =>
  where(schema, ({ kind, coordinate }, all) => {
    if (kind !== 'value') return false;
    const twins = all.filter((other) => other.coordinate.toLowerCase() === coordinate.toLowerCase());
    return twins.length > 1;
  });

export const noUnreachableType: Rule = (schema) => {
  const met = reachable(schema);
  return ownTypes(schema)
    .map(({ name }) => name)
    .filter((name) => !met.has(name));
};

/** `@deprecated` alone says only that it is "No longer supported": neither what to use instead, nor until when it works. */
export const deprecationNamesItsEnd: Rule = (schema) =>
  where(schema, ({ deprecationReason }) => deprecationReason != null && !holdsDate(deprecationReason));

function holdsDate(reason: string): boolean {
  return [...reason.matchAll(/\b\d{4}-\d{2}-\d{2}\b/g)].some(([day]) => {
    const date = new Date(`${day}T00:00:00Z`);
    return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
  });
}

function where(schema: GraphQLSchema, breaks: (member: Member, all: readonly Member[]) => boolean): string[] {
  const all = [...members(schema)];
  return all.filter((member) => breaks(member, all)).map(({ coordinate }) => coordinate);
}
