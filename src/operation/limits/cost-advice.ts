import type { Selection } from '../selection.ts';
import { type ArgumentsOf, countOf, type SizeOf, sizeOf, totalOf } from './cost-total.ts';

/** How an operation that costs too much would pass. */
export interface Advice {
  /** The list that costs most: `articles.nodes.related`. */
  readonly field: string;
  /** The one change that makes it pass; null if no single one does. */
  readonly change: Change | null;
}

export interface Change {
  /** The list that is to be shorter; written in several places, it is to be so in each. */
  readonly field: string;
  readonly argument: 'first' | 'last';
  /** The most that passes. */
  readonly value: number;
}

/** The longest page that passes, of the list that costs most if there is one, else of the next. */
export function adviseOn(tree: readonly Selection[], argumentsOf: ArgumentsOf, limit: number): Advice {
  const dearest = byExpense(tree, argumentsOf);
  let change: Change | null = null;
  for (const field of dearest) change ??= changeOf(tree, field, argumentsOf, limit);
  return { field: nameOf(dearest[0]), change };
}

function changeOf(
  tree: readonly Selection[],
  field: Selection,
  argumentsOf: ArgumentsOf,
  limit: number,
): Change | null {
  if (!field.isSized) return null;
  const passes = (value: number) => totalOf(tree, argumentsOf, withSize(field, value)) <= limit;
  let [most, tooMuch] = [0, sizeOf(field, argumentsOf)];
  while (tooMuch - most > 1) {
    const value = Math.floor((most + tooMuch) / 2);
    if (passes(value)) most = value;
    else tooMuch = value;
  }
  if (most === 0) return null;
  const [node] = field.nodes;
  const isLast = node !== undefined && argumentsOf(node)?.['last'] != null;
  return { field: nameOf(field), argument: isLast ? 'last' : 'first', value: most };
}

/** As if this field's arguments were for so many, wherever its fragment is spread. */
function withSize(field: Selection, value: number): SizeOf {
  const changed = new Set(field.nodes);
  return (other, argumentsOf) => (other.nodes.some((node) => changed.has(node)) ? value : sizeOf(other, argumentsOf));
}

/**
 * The lists by what they cost without the lists within them, dearest first. What is in no list
 * counts for its root field.
 */
function byExpense(tree: readonly Selection[], argumentsOf: ArgumentsOf): Selection[] {
  const costs = new Map<Selection, number>();
  const walk = (field: Selection, times: number, page: number, owner: Selection) => {
    const list = field.shape === 'connection' || field.shape === 'list' ? field : owner;
    const items = times * countOf(field, page, sizeOf, argumentsOf);
    costs.set(list, (costs.get(list) ?? 0) + times * field.extra + items * field.points);
    const inner = field.shape === 'connection' ? sizeOf(field, argumentsOf) : 0;
    for (const child of field.branches.flatMap(({ fields }) => fields)) walk(child, items, inner, list);
  };
  for (const root of tree) walk(root, 1, 0, root);
  return [...costs].toSorted(([, a], [, b]) => b - a).map(([field]) => field);
}

function nameOf(field: Selection | undefined): string {
  return field?.path.join('.') ?? '';
}
