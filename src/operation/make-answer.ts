import type { PerspectiveName } from '../db/perspective.ts';
import { ascii, concat, toUtf8, type Utf8 } from '../lib/utf8.ts';
import type { GraphContext } from '../loaders/context.ts';
import { Answer } from './answer.ts';
import type { Made } from './answer-cache.ts';
import type { Deadline } from './deadline.ts';
import { foreseenCause } from './foreseen-cause.ts';
import type { Checked, Plan } from './plans.ts';
import type { Snapshots } from './snapshots.ts';

/**
 * The answer of an operation as of now; null where it has errors. Throws a foreseen cause: to ask
 * again what was refused, or took too long, would be work that nobody gains by.
 */
export async function makeAnswer(
  snapshots: Snapshots,
  plan: Plan,
  perspective: PerspectiveName,
  variables: Variables,
  checked: Checked,
  deadline: Deadline,
): Promise<Made | null> {
  if (checked.errors.length > 0) return null;
  const run = (context: GraphContext) => dataOf(plan, context, variables, checked);
  const { result: data, version } = await snapshots.execute(perspective, run, deadline);
  if (data === null) return null;
  const extensions = ascii(`,"extensions":${JSON.stringify({ cost: checked.cost })}}`);
  return { answer: new Answer(concat(ascii('{"data":'), data, extensions)), version };
}

type Variables = Readonly<Record<string, unknown>>;

/** As JSON; null where there are errors, which Yoga answers, or a commit has come between. */
async function dataOf(
  plan: Plan,
  context: GraphContext,
  variables: Variables,
  { argumentsOf }: Checked,
): Promise<Utf8 | null> {
  try {
    const written = await plan.write(context, argumentsOf);
    if (written !== null) return written;
  } catch (error) {
    throwForeseen([error]);
    return null;
  }
  const { data, errors } = await plan.execute(context, variables);
  if (!errors) return toUtf8(JSON.stringify(data));
  throwForeseen(errors);
  return null;
}

function throwForeseen(errors: readonly unknown[]): void {
  for (const error of errors) {
    const cause = foreseenCause(error);
    if (cause) throw cause;
  }
}

/** What is refused costs a point all the same. */
export function pointsToTake({ errors, cost }: Checked): number {
  return errors.length > 0 ? 1 : Math.max(1, cost?.requested ?? 1);
}
