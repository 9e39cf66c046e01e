import type { ExecutionResult, OperationDefinitionNode } from 'graphql';
import type { PerspectiveName } from '../db/perspective.ts';
import { ContentMoved } from '../db/reading.ts';
import { ascii, concat, toUtf8, type Utf8 } from '../lib/utf8.ts';
import type { GraphContext } from '../loaders/context.ts';
import { Answer } from './answer.ts';
import type { AnswerCache, Made } from './answer-cache.ts';
import type { Deadline } from './deadline.ts';
import { isForeseen } from './foreseen.ts';
import type { Checked, Executor, Plan } from './plans.ts';
import type { Snapshots } from './snapshots.ts';

/** What an operation can be answered by: an executor, or with an answer that is kept. */
export type AnsweredBy = Executor | 'cache';

/** Called with what the compiler, or a statement of its own, throws and nobody has foreseen. */
export type OnCompileFailure = (error: unknown, operation: OperationDefinitionNode) => void;

export interface AnswerServices {
  readonly snapshots: Snapshots;
  readonly cache: AnswerCache;
  readonly metrics: { countOperation(by: AnsweredBy): void };
  readonly onCompileFailure: OnCompileFailure;
}

/** An operation that is to be answered. */
export interface Operation {
  readonly plan: Plan;
  readonly perspective: PerspectiveName;
  readonly variables: Variables;
  readonly checked: Checked;
  /** What tells its answer from others; null if it is not to be kept. */
  readonly key: string | null;
}

type Variables = Readonly<Record<string, unknown>>;

/**
 * The answer of an operation as of now, kept or made, and counted. Where executing it has given
 * errors, that result; where it has not been executed, null. Throws what reading throws.
 */
export async function makeAnswer(
  services: AnswerServices,
  operation: Operation,
  deadline: Deadline,
): Promise<Answer | ExecutionResult | null> {
  const { snapshots, cache, metrics } = services;
  const { key, perspective } = operation;
  const own: { executed?: Made | ExecutionResult | null } = {};
  const make = async () => {
    own.executed = await execute(services, operation, deadline);
    return own.executed && isMade(own.executed) ? own.executed : null;
  };
  const answer =
    key === null ? ((await make())?.answer ?? null) : await cache.get(key, await snapshots.version(perspective), make);
  if (answer) metrics.countOperation(own.executed ? answer.executor : 'cache');
  return answer ?? (own.executed as ExecutionResult | undefined) ?? null;
}

/** Null where nothing can be executed, or commits have come between each time. */
async function execute(
  { snapshots, onCompileFailure }: AnswerServices,
  { plan, perspective, variables, checked }: Operation,
  deadline: Deadline,
): Promise<Made | ExecutionResult | null> {
  if (checked.errors.length > 0) return null;
  const run = (context: GraphContext) => runIn(context, plan, variables, checked, onCompileFailure);
  const { result, version } = await snapshots.execute(perspective, run, deadline);
  const extensions = { cost: checked.cost };
  if (result === null) return null;
  if (!('json' in result)) return { ...result, extensions };
  const end = ascii(`,"extensions":${JSON.stringify(extensions)}}`);
  return { answer: new Answer(concat(ascii('{"data":'), result.json, end), result.executor), version };
}

/** The `data` of an answer without errors. */
interface Data {
  readonly json: Utf8;
  readonly executor: Executor;
}

/** A result is one with errors. Null where a commit has come between. */
async function runIn(
  context: GraphContext,
  plan: Plan,
  variables: Variables,
  checked: Checked,
  onCompileFailure: OnCompileFailure,
): Promise<Data | ExecutionResult | null> {
  try {
    const json = await plan.compiled(context, checked);
    if (json !== null) return { json, executor: 'compiled' };
  } catch (error) {
    if (error instanceof ContentMoved) return null;
    // What has timed out once would only do so again.
    if (isForeseen(error)) throw error;
    onCompileFailure(error, plan.operation);
  }
  const result = await plan.execute(context, variables);
  if (!result.errors) return { json: toUtf8(JSON.stringify(result.data)), executor: 'reference' };
  return context.reading.hasMoved ? null : result;
}

function isMade(executed: Made | ExecutionResult): executed is Made {
  return 'answer' in executed;
}

/** What is refused costs a point all the same. */
export function pointsToTake({ errors, cost }: Checked): number {
  return errors.length > 0 ? 1 : Math.max(1, cost?.requested ?? 1);
}
