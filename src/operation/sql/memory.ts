import {
  defaultFieldResolver,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  getNullableType,
  isLeafType,
  isListType,
  isObjectType,
} from 'graphql';
import { toUtf8, type Utf8 } from '../../lib/utf8.ts';
import type { Selection } from '../selection.ts';
import { UnsupportedSelection } from './json.ts';
import type { MarkContext } from './marks.ts';

/**
 * The JSON of what is in memory (providers, topics, counts), made by the very resolvers that
 * graphql-js would call. Whatever of them has to wait is not in memory.
 */
export function memoryJson(fields: readonly Selection[], value: unknown, context: MarkContext): Utf8 {
  return toUtf8(JSON.stringify(objectOf(fields, value, context)));
}

/** The value of one field, as JSON. */
export function memoryField(field: Selection, parent: unknown, context: MarkContext): Utf8 {
  return toUtf8(JSON.stringify(valueOf(field, parent, context)));
}

/** What the resolver of a field gives. */
export function resolveInMemory({ field, parent, nodes }: Selection, value: unknown, context: MarkContext): unknown {
  const [node] = nodes;
  const args = (node && context.argumentsOf(node)) ?? {};
  const info = { parentType: parent, fieldName: field?.name } as GraphQLResolveInfo;
  return (field?.resolve ?? defaultFieldResolver)(value, args, context, info);
}

/** Throws `UnsupportedSelection` if something of it is not in memory. */
export function checkInMemory(fields: readonly Selection[]): void {
  for (const { name, field, branches } of fields) {
    if (field?.extensions['source'] || (!field && name !== '__typename')) throw new UnsupportedSelection(name);
    for (const branch of branches) checkInMemory(branch.fields);
  }
}

function objectOf(fields: readonly Selection[], value: unknown, context: MarkContext): object {
  return Object.fromEntries(fields.map((field) => [field.key, valueOf(field, value, context)]));
}

function valueOf(selection: Selection, parent: unknown, context: MarkContext): unknown {
  if (!selection.field) return selection.parent.name;
  return complete(selection, selection.field.type, resolveInMemory(selection, parent, context), context);
}

function complete(selection: Selection, type: GraphQLOutputType, value: unknown, context: MarkContext): unknown {
  if (value == null) return null;
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    return [...(value as Iterable<unknown>)].map((item) => complete(selection, nullable.ofType, item, context));
  }
  if (isLeafType(nullable)) return nullable.serialize(value);
  const [branch] = selection.branches;
  if (!branch || !isObjectType(nullable)) throw new UnsupportedSelection(selection.name);
  return objectOf(branch.fields, value, context);
}
