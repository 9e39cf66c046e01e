import type { ProviderWhere as Where } from '../../catalog/provider-filter.ts';
import { builder } from '../builder.ts';
import { IDFilter, IntFilter, StringFilter } from '../filters/filters.ts';
import type { WhereShape } from '../filters/read-where.ts';

export const PROVIDER_SHAPE: WhereShape = { type: 'Provider' };

export const ProviderWhere = builder.inputRef<Where>('ProviderWhere');

ProviderWhere.implement({
  description: 'Which providers are meant. Every condition that is given must hold; `{}` is true of all.',
  fields: (t) => ({
    id: t.field({ type: IDFilter, description: 'By id.' }),
    domain: t.field({ type: StringFilter, description: 'By domain, in any case.' }),
    name: t.field({ type: StringFilter, description: 'By name, in any case, with or without accents.' }),
    articleCount: t.field({ type: IntFilter, description: 'By how many articles there are of it, stubs left out.' }),
    AND: t.field({ type: [ProviderWhere], description: 'All of these: an empty list is true of all.' }),
    OR: t.field({ type: [ProviderWhere], description: 'At least one of these: an empty list is true of none.' }),
    NOT: t.field({ type: ProviderWhere, description: 'Everything that this is not true of.' }),
  }),
});
