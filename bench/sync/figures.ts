import { median, medianOfKnown } from '../median.ts';
import type { Corpus } from './corpora.ts';
import type { ParseCost, Round, SyncCost } from './round.ts';

/** What the rounds over one corpus come to: medians, in seconds and MB. */
export interface Figures {
  readonly corpus: string;
  readonly documents: number;
  readonly isGenerated: boolean;
  readonly rounds: number;
  readonly parse: ParseCost;
  readonly full: SyncCost;
  readonly unchanged: SyncCost;
  readonly oneChanged: SyncCost;
  readonly rows: Readonly<Record<string, number>>;
}

export function toFigures({ name, documents, facts }: Corpus, rounds: readonly Round[]): Figures {
  return {
    corpus: name,
    documents,
    isGenerated: facts !== null,
    rounds: rounds.length,
    parse: medianParse(rounds.map((round) => round.parse)),
    full: medianCost(rounds.map((round) => round.full)),
    unchanged: medianCost(rounds.flatMap((round) => round.unchanged)),
    oneChanged: medianCost(rounds.flatMap((round) => round.oneChanged)),
    rows: rounds[0]?.rows ?? {},
  };
}

function medianParse(costs: readonly ParseCost[]): ParseCost {
  return {
    wall: median(costs.map((cost) => cost.wall)),
    nodeCpu: medianOfKnown(costs.map((cost) => cost.nodeCpu)),
    peak: medianOfKnown(costs.map((cost) => cost.peak)),
  };
}

function medianCost(costs: readonly SyncCost[]): SyncCost {
  return {
    ...medianParse(costs),
    phases: {
      scan: median(costs.map((cost) => cost.phases.scan)),
      read: median(costs.map((cost) => cost.phases.read)),
      commit: median(costs.map((cost) => cost.phases.commit)),
    },
    postgresCpu: medianOfKnown(costs.map((cost) => cost.postgresCpu)),
  };
}
