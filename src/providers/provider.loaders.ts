import DataLoader from 'dataloader';
import type { Perspective } from '../db/perspective.ts';
import { pick } from '../lib/group.ts';
import { providersById } from './provider.queries.ts';

export function providerLoaders(perspective: Perspective) {
  return {
    byId: new DataLoader(async (ids: readonly string[]) =>
      pick(ids, await providersById(perspective, ids), (row) => row.id),
    ),
  };
}
