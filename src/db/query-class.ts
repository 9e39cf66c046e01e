/**
 * What a statement reads: `indexed`, a bounded walk along one ordered index for each list; `scan`,
 * as many rows as match, which a filter, a search or a count must look at. Each class has
 * connections of its own, so a scan never keeps a page waiting.
 */
export type QueryClass = 'indexed' | 'scan';

/**
 * Settings of connections for indexed statements. Each such statement has one right plan whatever
 * its values are, so it is planned once (`force_generic_plan`; to plan a front page anew takes
 * longer than to run it). Planned without values, an owner is expected to have an average list: of
 * 2,900 providers half have one article and one has 12,500, so the planner would read all of a
 * provider's articles by a bitmap and sort them. An unordered read is never right where an ordered
 * index answers, hence `enable_bitmapscan`: docs/performance.md has the measurement.
 */
export const INDEXED_SETTINGS = {
  plan_cache_mode: 'force_generic_plan',
  enable_bitmapscan: 'off',
  jit: 'off',
} as const;
