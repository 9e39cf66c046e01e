import type { PerspectiveName } from '../db/perspective.ts';
import type { Deadline } from '../operation/deadline.ts';

/** What a request is given: nothing is read for one that is turned away. */
export interface RequestContext {
  readonly perspective: PerspectiveName;
  readonly deadline: Deadline;
}
