import type { Catalog } from '../../catalog/catalog.ts';
import type { ProviderRow } from '../../catalog/rows.ts';
import { checks } from '../argument-check.ts';
import { ArticleConnection, checkList, listArguments } from '../article/connections.ts';
import { listOf } from '../article/listings.ts';
import { builder } from '../builder.ts';
import { checkLimit } from '../connection.ts';
import { decodeIdOf, Node } from '../node.ts';
import { Image, Provider } from '../refs.ts';
import {
  checkProviderTopics,
  listTopicsOfProvider,
  ProviderTopicConnection,
  providerTopicArguments,
} from '../topic/connections.ts';
import { checkProviders, listProviders, ProviderConnection, providerArguments } from './connections.ts';

Provider.implement({
  description: 'Who publishes articles: a newspaper, a magazine, a blog. Known by its domain.',
  interfaces: [Node],
  fields: (t) => ({
    name: t.exposeString('name', {
      description: 'As readers know it. Where documents spell it differently, the best-ranked one decides.',
    }),
    domain: t.exposeString('domain', {
      description: 'Its domain in lower case, as `techspot.com`: no other provider has the same.',
    }),
    images: t.field({
      type: [Image],
      description: 'Its logo, mostly; empty if there is none.',
      args: { first: t.arg.int({ description: 'How many at most: 0 to 100; 100 if not given.' }) },
      extensions: checks<{ first?: number | null }>(({ first }) => {
        checkLimit('first', first);
      }),
      resolve: (row, { first }) => row.images.slice(0, first ?? 100),
    }),
    articles: t.field({
      type: ArticleConnection,
      description: 'Its articles.',
      args: listArguments,
      extensions: checkList('provider'),
      resolve: (row, args, context, info) => listOf(context, 'provider', row, args, info),
    }),
    articleCount: t.exposeInt('articleCount', { description: 'How many articles there are of it, stubs left out.' }),
    topics: t.field({
      type: ProviderTopicConnection,
      description: 'What its articles are about, most of them first.',
      args: providerTopicArguments,
      extensions: checkProviderTopics,
      resolve: (row, args, { catalog }) => listTopicsOfProvider(catalog.topicsOf(row.id), args),
    }),
  }),
});

const ProviderByInput = builder.inputType('ProviderBy', {
  description: 'What names one provider: exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    id: t.id({ description: 'Its `id`.' }),
    domain: t.string({ description: 'Its domain, in any case: `techspot.com`.' }),
  }),
});

/** The provider that is named; undefined if there is none. */
export function providerBy(catalog: Catalog, by: ProviderBy): ProviderRow | undefined {
  if (by.id != null) return catalog.providers.get(decodeIdOf('Provider', by.id, ['by', 'id']));
  return catalog.providerByDomain((by.domain ?? '').toLowerCase());
}

export interface ProviderBy {
  readonly id?: string | null;
  readonly domain?: string | null;
}

builder.queryField('provider', (t) =>
  t.field({
    type: Provider,
    nullable: true,
    description: 'One provider; null if there is none.',
    args: { by: t.arg({ type: ProviderByInput, required: true, description: 'Its id or its domain.' }) },
    extensions: checks<{ by: { id?: string } }>(({ by }) => {
      if (by.id != null) decodeIdOf('Provider', by.id, ['by', 'id']);
    }),
    resolve: (_root, { by }, { catalog }) => providerBy(catalog, by),
  }),
);

builder.queryField('providers', (t) =>
  t.field({
    type: ProviderConnection,
    description: 'All providers, those too of which there are only stubs.',
    args: providerArguments,
    extensions: checkProviders,
    resolve: (_root, args, { catalog }) => listProviders(catalog.providers.values(), args),
  }),
);
