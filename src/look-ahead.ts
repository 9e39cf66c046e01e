import { type ArgumentNode, type FieldNode, type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

type Scope = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'variableValues'>;

/**
 * The selections of the fields that `path` leads to from the field at hand, through all fragments. What `@skip` and
 * `@include` leave out may be among them: reading a little too much is right, reading too little is not.
 */
export function selectedAt(info: Scope, path: readonly string[]): FieldNode[] {
  return path.reduce<readonly FieldNode[]>(
    (fields, name) =>
      fields.flatMap((field) => childrenOf(info, field.selectionSet)).filter((field) => field.name.value === name),
    info.fieldNodes,
  ) as FieldNode[];
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
