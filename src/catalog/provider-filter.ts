import { type Comparison, holds, holdsJoined, type Joined } from '../lib/comparison.ts';
import { nameKey } from '../lib/name-key.ts';
import type { ProviderRow } from './rows.ts';

/** Which providers are meant. */
export interface ProviderWhere extends Joined<ProviderWhere> {
  /** Uuids. */
  readonly id?: Comparison<string> | null | undefined;
  /** In any case. */
  readonly domain?: Comparison<string> | null | undefined;
  /** In any case, with or without accents. */
  readonly name?: Comparison<string> | null | undefined;
  readonly articleCount?: Comparison<number> | null | undefined;
}

export function providersWhere<Row extends ProviderRow>(rows: readonly Row[], where: ProviderWhere): Row[] {
  return rows.filter((row) => isMeant(row, where));
}

function isMeant(row: ProviderRow, where: ProviderWhere): boolean {
  return (
    holds(row.id, where.id) &&
    holds(row.domain, where.domain, (domain) => domain.toLowerCase()) &&
    holds(row.name, where.name, nameKey) &&
    holds(row.articleCount, where.articleCount) &&
    holdsJoined(where, (inner) => isMeant(row, inner))
  );
}
