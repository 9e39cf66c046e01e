import type { Sample } from './sample.ts';

/** What one request asks for, in the terms of the corpus: `{ slug: 'energy', skip: 80, first: 20 }`. */
export type Case = Readonly<Record<string, string | number>>;

/** How an operation is asked of a schema. */
export interface Dialect {
  readonly document: string;
  /** `after`: the cursor of this server behind the first `skip` of a case that has it. */
  variables(asked: Case, after: string | null): object;
  /** The data of an answer as newsgraph's schema has it. */
  toCommon(data: never): object;
}

export interface Operation {
  /** Of the GraphQL operation, and of the option `--only` in lower case. */
  readonly name: string;
  readonly title: string;
  readonly newsgraph: Dialect;
  readonly postgraphile: Dialect;
  /** What is asked while it is timed. */
  cases(sample: Sample): Case[];
  /** What is checked beside that. */
  furtherCases(sample: Sample): Case[];
  /** Whether there is anything in the common answer: equal answers may all be empty. */
  isFull(common: never): boolean;
  /** The cursor behind the page, in the common answer of a case without `skip`. */
  endCursor?(common: never): string;
}

/** The whole numbers from 1. */
export function oneTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** newsgraph's own dialect, which Mercurius and the limit speak too. */
export function common(document: string, variables: Dialect['variables']): Dialect {
  return { document, variables, toCommon: (data) => data };
}
