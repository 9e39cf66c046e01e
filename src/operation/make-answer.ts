import type { PerspectiveName } from '../db/perspective.ts';
import { ascii, concat, toUtf8, type Utf8 } from '../lib/utf8.ts';
import type { GraphContext } from '../loaders/context.ts';
import { Answer } from './answer.ts';
import type { Made } from './answer-cache.ts';
import type { Deadline } from './deadline.ts';
import type { Checked, Plan } from './plans.ts';
import type { Snapshots } from './snapshots.ts';

/** The answer of an operation as of now; null where it has errors. */
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
  checked: Checked,
): Promise<Utf8 | null> {
  try {
    const written = await plan.compiled(context, checked);
    if (written !== null) return written;
  } catch {
    return null;
  }
  const { data, errors } = await plan.execute(context, variables);
  return errors ? null : toUtf8(JSON.stringify(data));
}

/** What is refused costs a point all the same. */
export function pointsToTake({ errors, cost }: Checked): number {
  return errors.length > 0 ? 1 : Math.max(1, cost?.requested ?? 1);
}
