import { describe, expect, test } from '@jest/globals';
import {
  type GraphQLNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { schema } from '../../src/graph/schema.ts';

const own = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);

/** Every type, field, argument and enum value, by its schema coordinate. */
function* described(type: GraphQLNamedType): Generator<[string, string | null | undefined]> {
  yield [type.name, type.description];
  if (isEnumType(type)) for (const value of type.getValues()) yield [`${type.name}.${value.name}`, value.description];
  if (isInputObjectType(type)) {
    for (const field of Object.values(type.getFields())) yield [`${type.name}.${field.name}`, field.description];
  }
  if (isObjectType(type) || isInterfaceType(type)) {
    for (const field of Object.values(type.getFields())) {
      yield [`${type.name}.${field.name}`, field.description];
      for (const arg of field.args) yield [`${type.name}.${field.name}(${arg.name}:)`, arg.description];
    }
  }
}

describe('the schema', () => {
  test('describes every type, field, argument and value', () => {
    const silent = own.flatMap((type) => [...described(type)]).filter(([, description]) => !description?.trim());
    expect(silent.map(([coordinate]) => coordinate)).toEqual([]);
  });

  test('knows nothing of what must never leave: secured, and where a row comes from', () => {
    const names = own.flatMap((type) => [...described(type)]).map(([coordinate]) => coordinate);
    expect(names.filter((name) => /secured|claim|document(Id)?\b|frontMatter/i.test(name))).toEqual([]);
  });

  test('gives every list field a list that is never null and holds no nulls, but for nodes(ids:)', () => {
    const lists = own
      .filter((type) => isObjectType(type))
      .flatMap((type) =>
        Object.values(type.getFields()).map((field) => [`${type.name}.${field.name}`, String(field.type)]),
      )
      .filter(([, type]) => type?.includes('['));
    expect(lists.filter(([, type]) => !type?.endsWith('!]!')).map(([name]) => name)).toEqual(['Query.nodes']);
  });
});
