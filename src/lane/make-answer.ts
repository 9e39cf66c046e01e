import { Answer } from '../answers.ts';
import type { PerspectiveName } from '../db/perspective.ts';
import type { Deadline } from '../deadline.ts';
import type { Checked, Plan } from '../plans.ts';
import type { Reads } from '../reads.ts';
import type { Made } from './answer-cache.ts';

/** The answer of an operation as of now; null where it has errors. */
export async function makeAnswer(
  reads: Reads,
  plan: Plan,
  perspective: PerspectiveName,
  variables: Readonly<Record<string, unknown>>,
  { errors, cost }: Checked,
  deadline: Deadline,
): Promise<Made | null> {
  if (errors.length > 0) return null;
  const { result, version } = await reads.execute(perspective, (context) => plan.execute(context, variables), deadline);
  const { data } = result;
  return result.errors ? null : { answer: new Answer(JSON.stringify({ data, extensions: { cost } })), version };
}

/** What is refused costs a point all the same. */
export function pointsOf({ errors, cost }: Checked): number {
  return errors.length > 0 ? 1 : Math.max(1, cost?.requested ?? 1);
}
