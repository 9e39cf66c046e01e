import type { Order } from '../lib/keyset.ts';

const ID = { name: 'id', type: 'uuid' } as const;
const DATE = { name: 'publishedDateTime', type: 'instant' } as const;

/** Latest publication first; the id breaks ties. */
export const NEWEST: Order = { name: 'NEWEST', descending: true, keys: [DATE, ID] };

export const OLDEST: Order = { ...NEWEST, name: 'OLDEST', descending: false };

/** Hottest first, then as NEWEST; without heat last. */
export const HEAT: Order = { name: 'HEAT', descending: true, keys: [{ name: 'heatRank', type: 'integer' }, DATE, ID] };

/** Best first, then as NEWEST; without quality last. */
export const QUALITY: Order = {
  name: 'QUALITY',
  descending: true,
  keys: [{ name: 'qualityRank', type: 'integer' }, DATE, ID],
};

/**
 * Heat that halves with every day of age: `log2(heat) + days since 1970`. As all age alike, the
 * sequence holds at every instant, and a stored column can have it. Without heat (0, negative or
 * null) last, newest first. Few tie, so an index without the date will do.
 */
export const TRENDING: Order = {
  name: 'TRENDING',
  descending: true,
  keys: [{ name: 'trending', type: 'number' }, DATE, ID],
};

export const HALF_LIFE_HOURS = 24;

/** The sequence of a story's related list in its file. */
export const FILE_ORDER: Order = {
  name: 'FILE_ORDER',
  descending: false,
  keys: [{ name: 'position', type: 'integer' }],
};

export const ARTICLE_ORDERS = { NEWEST, OLDEST, HEAT, QUALITY, TRENDING } as const;
