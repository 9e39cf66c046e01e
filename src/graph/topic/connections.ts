import { type Listed, listed, listedPair, namedOrder, type NamedOrder as Order } from '../../catalog/named.ts';
import type { Paired, TopicRow } from '../../catalog/rows.ts';
import { topicsWhere } from '../../catalog/topic-filter.ts';
import { checks } from '../argument-check.ts';
import { builder } from '../builder.ts';
import {
  connectionOver,
  connectionTypes,
  type Edge,
  type PageArguments,
  pageArguments,
  toWindow,
} from '../connection.ts';
import { readWhere } from '../filters/read-where.ts';
import { NamedOrder } from '../named-order.ts';
import { Topic } from '../refs.ts';
import { TOPIC_SHAPE, TopicWhere } from './where.ts';

export const TopicConnection = connectionTypes<Listed<TopicRow>>(Topic, { name: 'Topic', of: 'topics' }).connection;

const ofProvider = connectionTypes<Listed<TopicRow>>(Topic, { name: 'ProviderTopic', of: "a provider's topics" });
export const ProviderTopicConnection = ofProvider.connection;

builder.objectField(ofProvider.edge, 'articleCount', (t) =>
  t.int({
    description: 'How many articles of the provider are about the topic.',
    resolve: ({ node }: Edge<Listed<TopicRow>>) => node.listedCount,
  }),
);

interface TopicArguments extends PageArguments {
  readonly where?: object | null | undefined;
  readonly orderBy?: Order | null | undefined;
}

const where = builder.args((t) => ({
  where: t.field({ type: TopicWhere, description: 'Which topics; all if not given.' }),
}));

const ORDER = 'The sequence. A cursor belongs to the order that it was given in.';

export const topicArguments = builder.args((t) => ({
  ...pageArguments,
  ...where,
  orderBy: t.field({ type: NamedOrder, defaultValue: 'NAME', description: ORDER }),
}));

export const providerTopicArguments = builder.args((t) => ({
  ...pageArguments,
  ...where,
  orderBy: t.field({ type: NamedOrder, defaultValue: 'ARTICLE_COUNT', description: ORDER }),
}));

export const checkTopics = checks<TopicArguments>((args) => {
  toWindow(orderOf('topics', args), args);
  toTopicWhere(args);
});

export const checkProviderTopics = checks<TopicArguments>((args) => {
  toWindow(orderOf('provider.topics', args), args);
  toTopicWhere(args);
});

export function listTopics(topics: Iterable<TopicRow>, args: TopicArguments) {
  const rows = topicsWhere([...topics], toTopicWhere(args)).map(listed);
  return connectionOver(rows, orderOf('topics', args), args);
}

export function listTopicsOfProvider(topics: readonly Paired<TopicRow>[], args: TopicArguments) {
  const rows = topicsWhere(topics, toTopicWhere(args)).map(listedPair<TopicRow>);
  return connectionOver(rows, orderOf('provider.topics', args), args);
}

function orderOf(list: 'topics' | 'provider.topics', { orderBy }: TopicArguments) {
  return namedOrder(list, orderBy ?? (list === 'topics' ? 'NAME' : 'ARTICLE_COUNT'));
}

function toTopicWhere({ where }: TopicArguments) {
  return readWhere<object>(TOPIC_SHAPE, where) ?? {};
}
