import { align, show } from '../align.ts';
import type { Judged, Target } from './targets.ts';

/** A row for each target, a column for each operation. */
export function formatTargets(judged: readonly Judged[]): string {
  const targets = [...new Set(judged.map(({ target }) => target))];
  const operations = [...new Set(judged.map(({ operation }) => operation))].filter((name) => name !== null);
  const columns = [...operations, null];
  const head = ['target', ...operations, 'all', ''];
  const rows = targets.map((target) => [
    target.name,
    ...columns.map((operation) => cell(judged, target, operation)),
    `${target.sense} ${show(target.limit)}`,
  ]);
  return align([head, ...rows]);
}

function cell(judged: readonly Judged[], target: Target, operation: string | null): string {
  const found = judged.find((one) => one.target === target && one.operation === operation);
  return found ? `${show(found.value)} ${found.verdict}` : '';
}
