import { parseArgs } from 'node:util';
import { CONTESTANTS, type ContestantName } from './contestants.ts';
import { OPERATIONS } from './operations.ts';
import type { Operation } from './question.ts';

export const PARTS = ['uncached', 'mixed', 'cached', 'memory', 'embedded'] as const;
export type PartName = (typeof PARTS)[number];

export interface HttpOptions {
  readonly isQuick: boolean;
  readonly parts: readonly PartName[];
  readonly operations: readonly Operation[];
  readonly servers: readonly ContestantName[];
  readonly documents: number;
  readonly connections: number;
  readonly rounds: number;
  /** Of each round. */
  readonly seconds: number;
  /** Seconds of load before the first round. */
  readonly warmUp: number;
  /** How many answers to each operation are compared at least. */
  readonly checks: number;
  /** After how many requests memory is looked at last. */
  readonly memoryRequests: number;
  readonly newerNode: boolean;
}

/** Throws where an option is not understood. */
export function parseOptions(args: readonly string[]): HttpOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      part: { type: 'string' },
      only: { type: 'string' },
      servers: { type: 'string' },
      documents: { type: 'string', default: '5000' },
      connections: { type: 'string', default: '10' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      'newer-node': { type: 'boolean', default: false },
    },
  });
  const isQuick = values.quick;
  const pace = isQuick ? QUICK : FULL;
  return {
    ...pace,
    isQuick,
    parts: choose('--part', values.part, PARTS) ?? (isQuick ? ['uncached', 'mixed', 'cached'] : PARTS),
    operations: chooseBy('--only', values.only, OPERATIONS, ({ name }) => name) ?? OPERATIONS,
    servers: chooseBy('--servers', values.servers, CONTESTANTS, (name) => name.split(' ')[0] ?? name) ?? CONTESTANTS,
    documents: wholeNumber('--documents', values.documents),
    connections: wholeNumber('--connections', values.connections),
    rounds: values.rounds === undefined ? pace.rounds : wholeNumber('--rounds', values.rounds),
    seconds: values.seconds === undefined ? pace.seconds : wholeNumber('--seconds', values.seconds),
    newerNode: values['newer-node'],
  };
}

const FULL = { rounds: 5, seconds: 3, warmUp: 2, checks: 200, memoryRequests: 100_000 };
const QUICK = { rounds: 2, seconds: 1, warmUp: 0.5, checks: 50, memoryRequests: 10_000 };

function choose<T extends string>(option: string, text: string | undefined, all: readonly T[]) {
  return chooseBy(option, text, all, (name) => name);
}

/** Those that are named, in their usual sequence; undefined if the option is not given. Case does not matter. */
function chooseBy<T>(option: string, text: string | undefined, all: readonly T[], nameOf: (item: T) => string) {
  if (text === undefined) return undefined;
  const names = text.toLowerCase().split(',');
  const known = all.map((item) => nameOf(item).toLowerCase());
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`${option}: expected some of ${known.join(',')}, got ${unknown}`);
  return all.filter((item) => names.includes(nameOf(item).toLowerCase()));
}

function wholeNumber(option: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${option}: expected a whole number from 1, got ${text}`);
  return Number(text);
}
