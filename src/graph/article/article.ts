import { HALF_LIFE_HOURS } from '../../articles/orders.ts';
import { addressIdOf } from '../../lib/ids.ts';
import { checks, InvalidArgument } from '../argument-check.ts';
import { builder } from '../builder.ts';
import { checkLimit } from '../connection.ts';
import { costs } from '../field-cost.ts';
import { decodeIdOf, Node } from '../node.ts';
import { Article, Image, Provider, Topic } from '../refs.ts';
import {
  ArticleConnection,
  ArticleRelatedByConnection,
  ArticleRelatedConnection,
  checkList,
  checkRelated,
  checkRelatedBy,
  listArguments,
  relatedArguments,
} from './connections.ts';
import { listAll, listRelated, relatedIn } from './listings.ts';
import { ArticleSearchConnection, checkSearch, listFound, searchArguments } from './search.ts';
import { ITSELF, shapeOf } from './selection.ts';
import { ArticleType } from './type.ts';

const Trending = builder.objectRef<{ readonly trending: number }>('Trending').implement({
  description: 'Why an article stands where it stands in the order TRENDING.',
  fields: (t) => ({
    score: t.exposeFloat('trending', {
      description: `\`log2(heat)\` plus the half-lives from 1970 to its publication. What is twice as hot, or ${HALF_LIFE_HOURS} hours younger, has one more.`,
    }),
    halfLifeHours: t.int({
      description: 'After so many hours heat counts half.',
      resolve: () => HALF_LIFE_HOURS,
    }),
  }),
});

Article.implement({
  description:
    'One article of one provider. Several providers cover the same story: each of their articles lists the others as `related`. ' +
    'An article has its own document, or is a stub: known only because another lists it.',
  interfaces: [Node],
  fields: (t) => ({
    title: t.exposeString('title', { description: 'The headline.' }),
    excerpt: t.exposeString('excerpt', { nullable: true, description: 'A sentence or two; null if there is none.' }),
    category: t.exposeString('category', {
      nullable: true,
      description: 'The section it belongs to, as `news`; null for a stub.',
    }),
    type: t.field({
      type: ArticleType,
      description: 'What it is: a text, a video, …',
      resolve: (row) => row.type as never,
    }),
    publishedDateTime: t.expose('publishedDateTime', {
      type: 'DateTime',
      description: 'When its provider published it.',
    }),
    webUrl: t.expose('webUrl', {
      type: 'URL',
      description: 'Its web page, and its identity: no other article has the same.',
    }),
    originalUrl: t.expose('originalUrl', {
      type: 'URL',
      nullable: true,
      description: 'Where it first appeared; null if not told.',
    }),
    ampWebUrl: t.expose('ampWebUrl', {
      type: 'URL',
      nullable: true,
      description: 'Its AMP page; null if there is none.',
    }),
    cdnAmpWebUrl: t.expose('cdnAmpWebUrl', {
      type: 'URL',
      nullable: true,
      description: 'Its AMP page in a cache; null if there is none.',
    }),
    quality: t.exposeInt('quality', { nullable: true, description: 'How good it is, 0 or more; null if not told.' }),
    heat: t.exposeInt('heat', {
      nullable: true,
      description: 'How much is being written about the story that it leads; -1 if it leads none, null for a stub.',
    }),
    trending: t.field({
      type: Trending,
      nullable: true,
      description: 'Its place in the order TRENDING, explained; null if it has no heat: 0, negative or not told.',
      resolve: (row) => ((row.heat ?? 0) > 0 ? row : null),
    }),
    published: t.exposeBoolean('published', {
      description: 'Whether its own document is listed in the public feed; false for a stub.',
    }),
    isStub: t.exposeBoolean('isStub', {
      description: 'Whether it is known only as a related story, without a document of its own.',
    }),
    provider: t.field({
      type: Provider,
      description: 'Who published it.',
      resolve: (row, _args, { catalog }) => catalog.provider(row.providerId),
    }),
    topics: t.field({
      type: [Topic],
      description: 'What it is about, in the sequence of its document; empty for a stub.',
      resolve: (row, _args, { catalog }) => row.topicIds.map((id) => catalog.topic(id)),
    }),
    images: t.field({
      type: [Image],
      description: 'Its pictures, the leading one first.',
      args: { first: t.arg.int({ description: 'How many at most: 0 to 100; 100 if not given.' }) },
      extensions: checks<{ first?: number | null }>(({ first }) => {
        checkLimit('first', first);
      }),
      resolve: (row, { first }) => row.images.slice(0, first ?? undefined),
    }),
    related: t.field({
      type: ArticleRelatedConnection,
      description: "The story's other coverage, in the sequence of the document: best first. Stubs included.",
      args: relatedArguments,
      extensions: checkRelated,
      resolve: (row, args, context, info) => listRelated(context, 'related', row.id, args, info),
    }),
    relatedBy: t.field({
      type: ArticleRelatedByConnection,
      description: 'The reverse edge: the articles whose documents list this one, newest first.',
      args: relatedArguments,
      extensions: checkRelatedBy,
      resolve: (row, args, context, info) => listRelated(context, 'relatedBy', row.id, args, info),
    }),
  }),
});

const ArticleBy = builder.inputType('ArticleBy', {
  description: 'What names one article: exactly one of these.',
  isOneOf: true,
  fields: (t) => ({
    id: t.id({ description: 'Its `id`.' }),
    url: t.field({
      type: 'URL',
      description:
        'Any address of it: web, original, AMP or CDN-AMP. Fragment, tracking parameters and the case of scheme and host do not matter.',
    }),
  }),
});

builder.queryField('article', (t) =>
  t.field({
    type: Article,
    nullable: true,
    description: 'One article; null if there is none.',
    args: { by: t.arg({ type: ArticleBy, required: true, description: 'Its id or one of its addresses.' }) },
    extensions: checks<{ by: { id?: string } }>(({ by }) => {
      if (by.id != null) decodeIdOf('Article', by.id, ['by', 'id']);
    }),
    resolve(_root, { by }, { articles }, info) {
      const story = { shape: shapeOf(info, ITSELF), related: relatedIn(info) };
      if (by.id != null) return articles.byId(story).load(decodeIdOf('Article', by.id, ['by', 'id']));
      if (by.url != null) return articles.byAddress(story).load(addressIdOf(by.url));
      throw new InvalidArgument(['by'], 'expected an id or a url, got neither');
    },
  }),
);

builder.queryField('articles', (t) =>
  t.field({
    type: ArticleConnection,
    description:
      'The articles that have a document of their own: for an anonymous reader the public feed, newest first.',
    args: listArguments,
    extensions: checkList('all'),
    resolve: (_root, args, context, info) => listAll(context, args, info),
  }),
);

builder.queryField('search', (t) =>
  t.field({
    type: ArticleSearchConnection,
    description:
      'The articles whose title or excerpt hold these words, best first: titles count more than excerpts, and recent ones more ' +
      'than old ones. `"exact phrase"`, `or` and `-without` are understood, the last word may be unfinished, accents and endings ' +
      'do not matter. Where nothing matches, titles with nearly the same spelling are found. Stubs are left out.',
    args: searchArguments,
    extensions: { ...checkSearch, ...costs({ points: 50 }) },
    resolve: (_root, args, context, info) => listFound(context, args, info),
  }),
);
