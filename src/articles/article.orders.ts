import type { Order } from '../lib/keyset.ts';

/** Latest publication first; the id breaks ties. */
export const NEWEST: Order = {
  name: 'NEWEST',
  descending: true,
  keys: [
    { name: 'publishedDateTime', type: 'instant' },
    { name: 'id', type: 'uuid' },
  ],
};

export const OLDEST: Order = { ...NEWEST, name: 'OLDEST', descending: false };

/** The sequence of a story's related list in its file. */
export const FILE_ORDER: Order = {
  name: 'FILE_ORDER',
  descending: false,
  keys: [{ name: 'position', type: 'integer' }],
};
