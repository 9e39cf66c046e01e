import type { Order } from '../lib/keyset.ts';
import type { Paired } from './rows.ts';

/** How providers and topics can be listed. */
export type NamedOrder = 'NAME' | 'ARTICLE_COUNT';

interface Named {
  readonly id: string;
  readonly nameKey: string;
  readonly articleCount: number;
}

/**
 * A provider or a topic as a member of a list: `articleCount` is its own, `listedCount` how many
 * the list is about.
 */
export type Listed<Row> = Row & { readonly listedCount: number; readonly fewest: number };

/** The order of a list, as its connection knows it: a cursor of another is refused. */
export function namedOrder(list: string, order: NamedOrder): Order {
  const name = [
    { name: 'nameKey', type: 'text' },
    { name: 'id', type: 'uuid' },
  ] as const;
  const keys = order === 'NAME' ? name : [{ name: 'fewest', type: 'integer' } as const, ...name];
  return { name: `${list}:${order}`, descending: false, keys };
}

export function listed<Row extends Named>(row: Row): Listed<Row> {
  return withCount(row, row.articleCount);
}

export function listedPair<Row extends Named>(row: Paired<Row>): Listed<Row> {
  return withCount(row, row.pairCount);
}

/** `fewest` sorts the highest count first while names go from A to Z. */
function withCount<Row extends Named>(row: Row, count: number): Listed<Row> {
  return { ...row, listedCount: count, fewest: -count };
}
