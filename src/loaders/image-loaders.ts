import DataLoader from 'dataloader';
import type { Reading } from '../db/reading.ts';
import { imagesById } from '../images/queries.ts';
import { pick } from '../lib/group.ts';

export function imageLoaders(reading: Reading) {
  return {
    byId: new DataLoader(async (ids: readonly string[]) => pick(ids, await imagesById(reading, ids), (row) => row.id)),
  };
}
