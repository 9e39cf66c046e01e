import type { Catalog } from '../../catalog/catalog.ts';
import type { TopicRow } from '../../catalog/rows.ts';
import { slug } from '../../lib/slug.ts';
import { checks } from '../argument-check.ts';
import { ArticleConnection, checkList, listArguments } from '../article/connections.ts';
import { listOf } from '../article/listings.ts';
import { builder } from '../builder.ts';
import { decodeIdOf, Node } from '../node.ts';
import {
  checkTopicProviders,
  listProvidersOfTopic,
  TopicProviderConnection,
  topicProviderArguments,
} from '../provider/connections.ts';
import { Topic } from '../refs.ts';
import { checkTopics, listTopics, TopicConnection, topicArguments } from './connections.ts';

Topic.implement({
  description:
    'What articles are about: `AI Hardware`. Known by its slug; names that differ only in case, accents or punctuation are one topic.',
  interfaces: [Node],
  fields: (t) => ({
    name: t.exposeString('name', {
      description: 'As readers know it. Where documents spell it differently, the best-ranked one decides.',
    }),
    slug: t.exposeString('slug', {
      description: 'Its name as part of an address: `ai-hardware`. No other topic has the same.',
    }),
    articles: t.field({
      type: ArticleConnection,
      description: 'The articles about it.',
      args: listArguments,
      extensions: checkList('topic'),
      resolve: (row, args, context, info) => listOf(context, 'topic', row, args, info),
    }),
    articleCount: t.exposeInt('articleCount', { description: 'How many articles are about it.' }),
    providers: t.field({
      type: TopicProviderConnection,
      description: 'Who writes about it, those with most articles first.',
      args: topicProviderArguments,
      extensions: checkTopicProviders,
      resolve: (row, args, { catalog }) => listProvidersOfTopic(catalog.providersOf(row.id), args),
    }),
  }),
});

const TopicByInput = builder.inputType('TopicBy', {
  description: 'What names one topic: exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    id: t.id({ description: 'Its `id`.' }),
    slug: t.string({ description: 'Its slug: `ai-hardware`.' }),
    name: t.string({ description: 'Its name, in any spelling: `AI Hardware`.' }),
  }),
});

/** The topic that is named; undefined if there is none. */
export function topicBy(catalog: Catalog, by: TopicBy): TopicRow | undefined {
  if (by.id != null) return catalog.topics.get(decodeIdOf('Topic', by.id, ['by', 'id']));
  return catalog.topicBySlug(slug(by.slug ?? by.name ?? ''));
}

export interface TopicBy {
  readonly id?: string | null;
  readonly slug?: string | null;
  readonly name?: string | null;
}

builder.queryField('topic', (t) =>
  t.field({
    type: Topic,
    nullable: true,
    description: 'One topic; null if there is none.',
    args: { by: t.arg({ type: TopicByInput, required: true, description: 'Its id, slug or name.' }) },
    extensions: checks<{ by: { id?: string } }>(({ by }) => {
      if (by.id != null) decodeIdOf('Topic', by.id, ['by', 'id']);
    }),
    resolve: (_root, { by }, { catalog }) => topicBy(catalog, by),
  }),
);

builder.queryField('topics', (t) =>
  t.field({
    type: TopicConnection,
    description: 'All topics.',
    args: topicArguments,
    extensions: checkTopics,
    resolve: (_root, args, { catalog }) => listTopics(catalog.topics.values(), args),
  }),
);
