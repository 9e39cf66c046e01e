import type { ListedArticle } from '../../articles/lists.ts';
import { HALF_LIFE_HOURS } from '../../articles/orders.ts';
import type { ListOwner } from '../../articles/sources.ts';
import { checks } from '../argument-check.ts';
import { builder } from '../builder.ts';
import { connectionTypes, type Edge, pageArguments, toWindow } from '../connection.ts';
import { costs } from '../field-cost.ts';
import { Article } from '../refs.ts';
import { ArticleFacets } from './facets.ts';
import { type ArticleListing, type ListArguments, type RelatedArguments, toList, toRelatedList } from './listings.ts';
import { ArticleWhere } from './where.ts';

const ArticleOrder = builder.enumType('ArticleOrder', {
  description:
    'In which sequence articles are listed. Every order is total: what ties is told apart by date, then by id.',
  values: {
    NEWEST: { description: 'Latest `publishedDateTime` first.' },
    OLDEST: { description: 'Earliest `publishedDateTime` first.' },
    HEAT: { description: 'Highest `heat` first; without heat last.' },
    QUALITY: { description: 'Highest `quality` first; without quality last.' },
    TRENDING: {
      description: `Highest \`trending.score\` first: heat that halves every ${HALF_LIFE_HOURS} hours. Without heat last, newest first.`,
    },
  } as const,
});

export const articles = connectionTypes<ListedArticle, ArticleListing>(Article, { name: 'Article', of: 'articles' });

const related = connectionTypes<ListedArticle>(Article, { name: 'ArticleRelated', of: "a story's other coverage" });
const relatedBy = connectionTypes<ListedArticle>(Article, {
  name: 'ArticleRelatedBy',
  of: 'articles that list this one as related',
});
export const ArticleConnection = articles.connection;
export const ArticleRelatedConnection = related.connection;
export const ArticleRelatedByConnection = relatedBy.connection;

/** Every article of the list is looked at. */
export const COUNTED = costs({ points: 50 });

builder.objectField(ArticleConnection, 'facets', (t) =>
  t.field({
    type: ArticleFacets,
    description: 'What the articles have in common.',
    extensions: COUNTED,
    resolve: (parent) => parent.facets(),
  }),
);

for (const { edge } of [related, relatedBy]) {
  builder.objectField(edge, 'position', (t) =>
    t.int({
      description: 'The place in the related list of the file, from 0: the best coverage comes first.',
      resolve: ({ node }: Edge<ListedArticle>) => node.position ?? 0,
    }),
  );
}

const where = builder.args((t) => ({
  where: t.field({
    type: ArticleWhere,
    description: 'Which articles; all if not given. It holds for counts and facets too.',
  }),
}));

/** The arguments of the edges between articles. */
export const relatedArguments = { ...pageArguments, ...where };

/** The arguments of every list of articles that is not a story's own. */
export const listArguments = builder.args((t) => ({
  ...pageArguments,
  ...where,
  orderBy: t.field({
    type: ArticleOrder,
    defaultValue: 'NEWEST',
    description: 'The sequence. A cursor belongs to the order that it was given in.',
  }),
  includeStubs: t.boolean({
    defaultValue: false,
    description: 'Whether to list articles too that are known only as related stories.',
  }),
}));

/** Refuses bad arguments of a list before execution. `owner` as its connection says it. */
export function checkList(owner: ListOwner | 'all') {
  return checks<ListArguments>((args) => {
    toWindow(toList(owner, args).order, args);
  });
}

export const checkRelated = checks<RelatedArguments>((args) => {
  toWindow(toRelatedList('related', args).order, args);
});

export const checkRelatedBy = checks<RelatedArguments>((args) => {
  toWindow(toRelatedList('relatedBy', args).order, args);
});
