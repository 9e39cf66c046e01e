/**
 * What the planner is to know of statements that read a few rows along an index. They are planned once for all parameters, and so
 * for any page size: it takes that for a tenth of the table, which it would rather read from end to end and sort. No machine code
 * pays for them.
 */
export const QUICK_SETTINGS = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  jit: 'off',
} as const;
