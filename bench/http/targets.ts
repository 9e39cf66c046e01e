export type Verdict = 'ok' | 'MISSED' | '?';

/** What a figure is to be at least, or at most. */
export interface Target {
  readonly name: string;
  readonly sense: '≥' | '≤';
  readonly limit: number;
}

/** A figure beside its target. */
export interface Judged {
  readonly target: Target;
  /** The name of the operation that it is about; null for all of them. */
  readonly operation: string | null;
  readonly value: number | null;
  readonly verdict: Verdict;
}

export function judge(target: Target, operation: string | null, value: number | null): Judged {
  return { target, operation, value, verdict: verdictOf(target, value) };
}

function verdictOf({ sense, limit }: Target, value: number | null): Verdict {
  if (value === null || Number.isNaN(value)) return '?';
  return (sense === '≥' ? value >= limit : value <= limit) ? 'ok' : 'MISSED';
}
