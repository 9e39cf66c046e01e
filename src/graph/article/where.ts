import type { ArticleWhere as Where } from '../../articles/filter.ts';
import { builder } from '../builder.ts';
import { BooleanFilter, DateTimeFilter, IDFilter, IntFilter, StringFilter } from '../filters/filters.ts';
import { readWhere, type WhereShape } from '../filters/read-where.ts';
import { PROVIDER_SHAPE, ProviderWhere } from '../provider/where.ts';
import { TOPIC_SHAPE, TopicWhere } from '../topic/where.ts';
import { ArticleType } from './type.ts';

const ARTICLE_SHAPE: WhereShape = {
  type: 'Article',
  one: () => ({ provider: PROVIDER_SHAPE }),
  many: () => ({ topics: TOPIC_SHAPE, related: ARTICLE_SHAPE, relatedBy: ARTICLE_SHAPE }),
  joins: ['related', 'relatedBy'],
};

/** The filter that an argument says; undefined if it asks nothing. Throws `InvalidArgument`. */
export function toArticleWhere(where: object | null | undefined): Where | undefined {
  return readWhere(ARTICLE_SHAPE, where);
}

const ArticleTypeFilter = builder.inputType('ArticleTypeFilter', {
  description: 'What the type of an article must be. Operators that are given must all hold.',
  fields: (t) => ({
    eq: t.field({ type: ArticleType, description: 'This.' }),
    ne: t.field({ type: ArticleType, description: 'Not this.' }),
    in: t.field({ type: [ArticleType], description: 'One of these: an empty list is true of nothing.' }),
    notIn: t.field({ type: [ArticleType], description: 'None of these: an empty list is true of everything.' }),
  }),
});

const TopicsFilter = builder.inputType('TopicsFilter', {
  description: 'What the topics of an article must be.',
  fields: (t) => ({
    some: t.field({ type: TopicWhere, description: 'At least one topic is like this; `{}`: there is a topic.' }),
    none: t.field({ type: TopicWhere, description: 'No topic is like this; `{}`: there is no topic.' }),
  }),
});

export const ArticleWhere = builder.inputRef<Where>('ArticleWhere');

const RelatedFilter = builder.inputType('RelatedFilter', {
  description: 'What the articles at the other ends of an edge must be.',
  fields: (t) => ({
    some: t.field({ type: ArticleWhere, description: 'At least one is like this; `{}`: there is one.' }),
    none: t.field({ type: ArticleWhere, description: 'None is like this; `{}`: there is none.' }),
  }),
});

ArticleWhere.implement({
  description:
    'Which articles are meant. Every condition that is given must hold; a condition that is null is not asked, and `{}` is ' +
    'true of all. `NOT` is the exact opposite: what is absent is not true of `gt`, so it is true of `NOT` `gt`.',
  fields: (t) => ({
    id: t.field({ type: IDFilter, description: 'By id: `{ ne: … }` leaves out the story that is being read.' }),
    type: t.field({ type: ArticleTypeFilter, description: 'By what it is.' }),
    category: t.field({ type: StringFilter, description: 'By category, in the very spelling.' }),
    publishedDateTime: t.field({ type: DateTimeFilter, description: 'By when it was published.' }),
    quality: t.field({ type: IntFilter, description: 'By quality.' }),
    heat: t.field({ type: IntFilter, description: 'By heat.' }),
    published: t.field({ type: BooleanFilter, description: 'By whether its document is listed in the public feed.' }),
    isStub: t.field({
      type: BooleanFilter,
      description: 'By whether it has no document of its own. Lists leave stubs out unless told otherwise.',
    }),
    hasImage: t.boolean({ description: 'By whether it has a picture.' }),
    provider: t.field({ type: ProviderWhere, description: 'By its provider.' }),
    topics: t.field({ type: TopicsFilter, description: 'By its topics.' }),
    related: t.field({ type: RelatedFilter, description: "By the story's other coverage." }),
    relatedBy: t.field({ type: RelatedFilter, description: 'By the articles that list it as related.' }),
    AND: t.field({ type: [ArticleWhere], description: 'All of these: an empty list is true of all.' }),
    OR: t.field({ type: [ArticleWhere], description: 'At least one of these: an empty list is true of none.' }),
    NOT: t.field({ type: ArticleWhere, description: 'Everything that this is not true of.' }),
  }),
});
