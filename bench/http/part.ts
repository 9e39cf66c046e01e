import type { Press } from './load.ts';
import type { HttpOptions } from './options.ts';
import type { Judged } from './targets.ts';
import type { World } from './world.ts';

/** What every part of the bench is given. */
export interface Bench {
  readonly world: World;
  readonly options: HttpOptions;
  readonly press: Press;
}

/** What every part gives. */
export interface PartResult {
  /** All that was measured, for the file of results. */
  readonly figures: object;
  /** For people: rows under their head. */
  readonly table: readonly (readonly string[])[];
  readonly judged: readonly Judged[];
}
