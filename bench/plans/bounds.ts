import type { Work } from './explain.ts';

/** The most that an operation may read. */
export interface Bound {
  readonly rows: number;
  readonly buffers: number;
}

/** PLACEHOLDER */
export function boundOf(objects: number, looksAt = 0): Bound {
  return { rows: 4 * (objects + 25) + 4 * looksAt, buffers: 10 * (objects + 25) + 10 * looksAt };
}

/** How much of its bound an operation needs; above 1 it is broken. */
export function shareOf({ rows, buffers }: Pick<Work, 'rows' | 'buffers'>, bound: Bound): number {
  return Math.max(rows / bound.rows, buffers / bound.buffers);
}
