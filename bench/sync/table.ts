import { align, show } from '../align.ts';
import type { Figures } from './figures.ts';
import type { SyncCost } from './round.ts';
import { GROWTH_TARGETS, judge, TARGETS } from './targets.ts';

/** A column for each corpus, then what the targets make of them. */
export function formatTable(all: readonly Figures[]): string {
  const names = ['', ...all.map((figures) => figures.corpus), 'target'];
  const measured = MEASURES.map(([name, value]) => [name, ...all.map((figures) => show(value(figures))), '']);
  const judged = TARGETS.map(({ name, limit, unit, value }) => [
    name,
    ...all.map((figures) => `${show(value(figures))} ${judge(value(figures), limit)}`),
    `≤ ${limit} ${unit}`,
  ]);
  return [align([names, ...measured, ...judged]), ...formatGrowth(all)].join('\n');
}

type Measure = readonly [name: string, value: (figures: Figures) => number | null];

const MEASURES: readonly Measure[] = [
  ['documents', ({ documents }) => documents],
  ['rounds', ({ rounds }) => rounds],
  ['parse alone, s', ({ parse }) => parse.wall],
  ['  CPU of node, s', ({ parse }) => parse.nodeCpu],
  ['  peak memory of node, MB', ({ parse }) => parse.peak],
  ...costMeasures('full sync', ({ full }) => full),
  ...costMeasures('nothing changed', ({ unchanged }) => unchanged),
  ...costMeasures('one changed file', ({ oneChanged }) => oneChanged),
];

function costMeasures(name: string, cost: (figures: Figures) => SyncCost): Measure[] {
  return [
    [`${name}, s`, (figures) => cost(figures).wall],
    ['  scan, s', (figures) => cost(figures).phases.scan],
    ['  read, s', (figures) => cost(figures).phases.read],
    ['  commit, s', (figures) => cost(figures).phases.commit],
    ['  CPU of node, s', (figures) => cost(figures).nodeCpu],
    ['  CPU of PostgreSQL, s', (figures) => cost(figures).postgresCpu],
    ['  peak memory of node, MB', (figures) => cost(figures).peak],
  ];
}

function formatGrowth(all: readonly Figures[]): string[] {
  const generated = all.filter((figures) => figures.isGenerated).sort((a, b) => a.documents - b.documents);
  const [small, large] = [generated.at(0), generated.at(-1)];
  if (!small || !large || small === large) return [];
  return GROWTH_TARGETS.map(({ name, limit, value }) => {
    const growth = value(small, large);
    return `${name}, ${large.corpus} / ${small.corpus}: ${show(growth)} ${judge(growth, limit)} (target ≤ ${limit} ×)`;
  });
}
