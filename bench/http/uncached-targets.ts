import { median } from '../median.ts';
import { type Rounds, ratio, totalCpu } from './rounds.ts';
import { type Judged, judge, type Target } from './targets.ts';

const OF_LIMIT: Target = { name: 'requests/s ÷ limit', sense: '≥', limit: 0.8 };
const OF_POSTGRAPHILE: Target = { name: 'requests/s ÷ PostGraphile 5', sense: '≥', limit: 3.5 };
const OF_MERCURIUS: Target = { name: 'requests/s ÷ Mercurius + JIT', sense: '≥', limit: 2.5 };
const CPU: Target = { name: 'CPU with PostgreSQL ÷ limit', sense: '≤', limit: 1.3 };
const TAIL: Target = { name: 'p99 ÷ p50', sense: '≤', limit: 3 };

export function judgeUncached(operation: string, rounds: Rounds): Judged[] {
  const { newsgraph, limit } = rounds;
  const rate = (other: string) => ratio(newsgraph, rounds[other], (round) => round.rate);
  return [
    judge(OF_LIMIT, operation, rate('limit')),
    judge(OF_POSTGRAPHILE, operation, rate('PostGraphile 5')),
    judge(OF_MERCURIUS, operation, rate('Mercurius + JIT')),
    judge(CPU, operation, ratio(newsgraph, limit, totalCpu)),
    judge(TAIL, operation, newsgraph ? median(newsgraph.map(({ p50, p99 }) => p99 / p50)) : null),
  ];
}
