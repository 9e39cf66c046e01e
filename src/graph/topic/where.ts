import type { TopicWhere as Where } from '../../catalog/topic-filter.ts';
import { builder } from '../builder.ts';
import { IDFilter, IntFilter, StringFilter } from '../filters/filters.ts';
import type { WhereShape } from '../filters/read-where.ts';

export const TOPIC_SHAPE: WhereShape = { type: 'Topic' };

export const TopicWhere = builder.inputRef<Where>('TopicWhere');

TopicWhere.implement({
  description: 'Which topics are meant. Every condition that is given must hold; `{}` is true of all.',
  fields: (t) => ({
    id: t.field({ type: IDFilter, description: 'By id.' }),
    slug: t.field({ type: StringFilter, description: 'By slug.' }),
    name: t.field({ type: StringFilter, description: 'By name, in any spelling that has the same slug.' }),
    articleCount: t.field({ type: IntFilter, description: 'By how many articles there are about it.' }),
    AND: t.field({ type: [TopicWhere], description: 'All of these: an empty list is true of all.' }),
    OR: t.field({ type: [TopicWhere], description: 'At least one of these: an empty list is true of none.' }),
    NOT: t.field({ type: TopicWhere, description: 'Everything that this is not true of.' }),
  }),
});
