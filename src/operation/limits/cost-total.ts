import type { FieldNode } from 'graphql';
import type { CostNode } from './cost-tree.ts';

/** The coerced arguments of a field. */
export type ArgumentsOf = (node: FieldNode) => Readonly<Record<string, unknown>> | undefined;

/** `size` says how many a field gives. */
export function totalOf(tree: readonly CostNode[], argumentsOf: ArgumentsOf, size: SizeOf = sizeOf): number {
  const sumOf = (fields: readonly CostNode[], page: number): number => {
    let sum = 0;
    for (const field of fields) sum += costOf(field, page);
    return sum;
  };
  const costOf = (field: CostNode, page: number): number => {
    const items = countOf(field, page, size, argumentsOf);
    const inner = field.shape === 'connection' ? size(field, argumentsOf) : 0;
    let dearest = 0;
    for (const branch of field.branches) dearest = Math.max(dearest, sumOf(branch, inner));
    return field.extra + items * (field.points + dearest);
  };
  return sumOf(tree, 0);
}

/** How many objects a field gives within one parent; `page`: how many that parent's page holds. */
export function countOf(field: CostNode, page: number, size: SizeOf, argumentsOf: ArgumentsOf): number {
  if (field.shape === 'page') return page;
  return field.shape === 'list' ? size(field, argumentsOf) : 1;
}

export type SizeOf = (field: CostNode, argumentsOf: ArgumentsOf) => number;

/** How many its arguments ask for. */
export function sizeOf({ nodes: [node], items }: CostNode, argumentsOf: ArgumentsOf): number {
  const { first, last, ids } = (node && argumentsOf(node)) ?? {};
  if (Array.isArray(ids)) return ids.length;
  const given = first ?? last;
  return typeof given === 'number' ? Math.max(0, given) : items;
}
