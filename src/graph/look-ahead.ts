import { type ArgumentNode, type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';
import { getOrMake } from '../lib/get-or-make.ts';

type Scope = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'variableValues'>;

/**
 * What is made of the selections of a field, but for variables: made once. It is kept by the array
 * of field nodes: an operation has one for each of its fields, and keeps it. (The first node alone
 * would not do as a key: other fields may be merged with it elsewhere.)
 */
export function keptOf<T extends object>({ fieldNodes }: Pick<Scope, 'fieldNodes'>, key: unknown, make: () => T): T {
  const ofField = getOrMake(kept, fieldNodes, () => new Map<unknown, object>());
  return getOrMake(ofField, key, make) as T;
}

const kept = new WeakMap<readonly FieldNode[], Map<unknown, object>>();

/**
 * The selections of the fields that `path` (names joined by dots) leads to from the field at hand,
 * through all fragments. What `@skip` and `@include` leave out may be among them: reading a little
 * too much is right, reading too little is not.
 */
export function selectedAt(info: Scope, path: string): readonly FieldNode[] {
  return keptOf(info, path, () => walk(info, path.split('.')));
}

function walk(info: Scope, path: readonly string[]): readonly FieldNode[] {
  return path.reduce<readonly FieldNode[]>(
    (fields, name) =>
      fields.flatMap((field) => childrenOf(info, field.selectionSet)).filter((field) => field.name.value === name),
    info.fieldNodes,
  );
}

function childrenOf(info: Scope, set: SelectionSetNode | undefined): FieldNode[] {
  return (set?.selections ?? []).flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) return childrenOf(info, selection.selectionSet);
    return childrenOf(info, info.fragments[selection.name.value]?.selectionSet);
  });
}

/** The value of an argument that is a whole number; undefined if it is null or not given. */
export function intArgument({ variableValues }: Scope, field: FieldNode, name: string): number | undefined {
  const value = field.arguments?.find((argument: ArgumentNode) => argument.name.value === name)?.value;
  if (value?.kind === Kind.INT) return Number(value.value);
  if (value?.kind === Kind.VARIABLE) return (variableValues[value.name.value] as number | null) ?? undefined;
  return undefined;
}
