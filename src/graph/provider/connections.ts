import { type Listed, listed, listedPair, namedOrder, type NamedOrder as Order } from '../../catalog/named.ts';
import { providersWhere } from '../../catalog/provider-filter.ts';
import type { Paired, ProviderRow } from '../../catalog/rows.ts';
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
import { Provider } from '../refs.ts';
import { PROVIDER_SHAPE, ProviderWhere } from './where.ts';

export const ProviderConnection = connectionTypes<Listed<ProviderRow>>(Provider, {
  name: 'Provider',
  of: 'providers',
}).connection;

const ofTopic = connectionTypes<Listed<ProviderRow>>(Provider, { name: 'TopicProvider', of: "a topic's providers" });
export const TopicProviderConnection = ofTopic.connection;

builder.objectField(ofTopic.edge, 'articleCount', (t) =>
  t.int({
    description: 'How many articles of the provider are about the topic.',
    resolve: ({ node }: Edge<Listed<ProviderRow>>) => node.listedCount,
  }),
);

interface ProviderArguments extends PageArguments {
  readonly where?: object | null | undefined;
  readonly orderBy?: Order | null | undefined;
}

const where = builder.args((t) => ({
  where: t.field({ type: ProviderWhere, description: 'Which providers; all if not given.' }),
}));

const ORDER = 'The sequence. A cursor belongs to the order that it was given in.';

export const providerArguments = builder.args((t) => ({
  ...pageArguments,
  ...where,
  orderBy: t.field({ type: NamedOrder, defaultValue: 'NAME', description: ORDER }),
}));

export const topicProviderArguments = builder.args((t) => ({
  ...pageArguments,
  ...where,
  orderBy: t.field({ type: NamedOrder, defaultValue: 'ARTICLE_COUNT', description: ORDER }),
}));

export const checkProviders = checks<ProviderArguments>((args) => {
  toWindow(orderOf('providers', args), args);
  toProviderWhere(args);
});

export const checkTopicProviders = checks<ProviderArguments>((args) => {
  toWindow(orderOf('topic.providers', args), args);
  toProviderWhere(args);
});

export function listProviders(providers: Iterable<ProviderRow>, args: ProviderArguments) {
  const rows = providersWhere([...providers], toProviderWhere(args)).map(listed);
  return connectionOver(rows, orderOf('providers', args), args);
}

export function listProvidersOfTopic(providers: readonly Paired<ProviderRow>[], args: ProviderArguments) {
  const rows = providersWhere(providers, toProviderWhere(args)).map(listedPair<ProviderRow>);
  return connectionOver(rows, orderOf('topic.providers', args), args);
}

function orderOf(list: 'providers' | 'topic.providers', { orderBy }: ProviderArguments) {
  return namedOrder(list, orderBy ?? (list === 'providers' ? 'NAME' : 'ARTICLE_COUNT'));
}

function toProviderWhere({ where }: ProviderArguments) {
  return readWhere<object>(PROVIDER_SHAPE, where) ?? {};
}
