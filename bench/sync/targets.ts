import type { Figures } from './figures.ts';

/** A figure that is to stay at or below a limit. */
export interface Target {
  readonly name: string;
  readonly limit: number;
  readonly unit: string;
  /** Of one corpus; null if it could not be measured. */
  readonly value: (figures: Figures) => number | null;
}

/** What each corpus has to meet. */
export const TARGETS: readonly Target[] = [
  { name: 'full sync / parse alone', limit: 1.5, unit: '×', value: ({ full, parse }) => full.wall / parse.wall },
  {
    name: 'nothing changed / full sync',
    limit: 5,
    unit: '%',
    value: ({ unchanged, full }) => (100 * unchanged.wall) / full.wall,
  },
  {
    name: 'one changed file − nothing changed',
    limit: 1,
    unit: 's',
    value: ({ oneChanged, unchanged }) => oneChanged.wall - unchanged.wall,
  },
  { name: 'peak memory', limit: 512, unit: 'MB', value: ({ full }) => full.peak },
];

/** What the larger of two generated corpora has to meet beside the smaller. */
export interface GrowthTarget {
  readonly name: string;
  readonly limit: number;
  readonly value: (small: Figures, large: Figures) => number | null;
}

export const GROWTH_TARGETS: readonly GrowthTarget[] = [
  {
    name: 'cost per document',
    limit: 1.3,
    value: (small, large) => large.full.wall / large.documents / (small.full.wall / small.documents),
  },
  {
    // Garbage is collected when it suits: the same need may show as a fifth more.
    name: 'peak memory',
    limit: 1.2,
    value: (small, large) => large.full.peak && small.full.peak && large.full.peak / small.full.peak,
  },
];

export type Verdict = 'ok' | 'MISSED' | '?';

export function judge(value: number | null, limit: number): Verdict {
  if (value === null) return '?';
  return value <= limit ? 'ok' : 'MISSED';
}
