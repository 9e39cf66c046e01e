import { builder } from '../builder.ts';
import { InvalidArgument } from '../check-arguments.ts';
import { checkLimit, pageArguments } from '../connection.ts';
import type { ARTICLE_TYPES } from '../lib/article-type.ts';
import { addressIdOf } from '../lib/ids.ts';
import { checks, decodeIdOf, Node } from '../node.graphql.ts';
import { Article, Image, Provider, Topic } from '../refs.ts';
import {
  ArticleConnection,
  ArticleRelatedByConnection,
  ArticleRelatedConnection,
  allArticles,
  checkList,
  checkRelated,
  checkRelatedBy,
  listArguments,
  relatedByOf,
  relatedOf,
} from './article.connections.ts';

const ArticleType = builder.enumType('ArticleType', {
  description: 'What an article is.',
  values: {
    ARTICLE: { value: 'article', description: 'A text.' },
    VIDEO: { value: 'video', description: 'A video.' },
    COURSE: { value: 'course', description: 'A course.' },
    DOWNLOAD: { value: 'download', description: 'Something to download.' },
    EVENT: { value: 'event', description: 'An event.' },
    PODCAST: { value: 'podcast', description: 'A podcast.' },
    OTHER: { value: 'other', description: 'Anything else.' },
  } satisfies Record<Uppercase<(typeof ARTICLE_TYPES)[number]>, object>,
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
    published: t.exposeBoolean('published', {
      description: 'Whether its own document is listed in the public feed; false for a stub.',
    }),
    isStub: t.exposeBoolean('isStub', {
      description: 'Whether it is known only as a related story, without a document of its own.',
    }),
    provider: t.field({
      type: Provider,
      description: 'Who published it.',
      resolve: async (row, _args, { providers }) => must(await providers.byId.load(row.providerId)),
    }),
    topics: t.field({
      type: [Topic],
      description: 'What it is about, in the sequence of its document; empty for a stub.',
      resolve: (row, _args, { topics }) => topics.ofArticle.load(row.id),
    }),
    images: t.field({
      type: [Image],
      description: 'Its pictures, the leading one first.',
      args: { first: t.arg.int({ description: 'How many at most: 0 to 100; 100 if not given.' }) },
      extensions: checks<{ first?: number | null }>(({ first }) => {
        checkLimit('first', first);
      }),
      resolve: (row, { first }, { images }) => images.ofArticle(first ?? 100).load(row.id),
    }),
    related: t.field({
      type: ArticleRelatedConnection,
      description: "The story's other coverage, in the sequence of the document: best first. Stubs included.",
      args: pageArguments,
      extensions: checkRelated,
      resolve: (row, args, context) => relatedOf(context, row.id, args),
    }),
    relatedBy: t.field({
      type: ArticleRelatedByConnection,
      description: 'The reverse edge: the articles whose documents list this one, newest first.',
      args: pageArguments,
      extensions: checkRelatedBy,
      resolve: (row, args, context) => relatedByOf(context, row.id, args),
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
    resolve(_root, { by }, { articles }) {
      if (by.id != null) return articles.byId.load(decodeIdOf('Article', by.id, ['by', 'id']));
      if (by.url != null) return articles.byAddress.load(addressIdOf(by.url));
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
    extensions: checkList,
    resolve: (_root, args, context) => allArticles(context, args),
  }),
);

/** Rows of one perspective belong together: the projection writes no article without its provider. */
function must<Row>(row: Row | null): Row {
  if (row === null) throw new Error('a row is missing that another row points to');
  return row;
}
