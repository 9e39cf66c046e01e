import { type Comparison, holds, holdsJoined, type Joined } from '../lib/comparison.ts';
import { slug } from '../lib/slug.ts';
import type { TopicRow } from './rows.ts';

/** Which topics are meant. */
export interface TopicWhere extends Joined<TopicWhere> {
  /** Uuids. */
  readonly id?: Comparison<string> | null | undefined;
  readonly slug?: Comparison<string> | null | undefined;
  /** In any spelling: names that slug alike are one topic. */
  readonly name?: Comparison<string> | null | undefined;
  readonly articleCount?: Comparison<number> | null | undefined;
}

export function topicsWhere<Row extends TopicRow>(rows: readonly Row[], where: TopicWhere): Row[] {
  return rows.filter((row) => isMeant(row, where));
}

function isMeant(row: TopicRow, where: TopicWhere): boolean {
  return (
    holds(row.id, where.id) &&
    holds(row.slug, where.slug) &&
    holds(row.name, where.name, slug) &&
    holds(row.articleCount, where.articleCount) &&
    holdsJoined(where, (inner) => isMeant(row, inner))
  );
}
