import { common, type Operation } from '../question.ts';
import { imagesOf, type PostgraphileArticle } from './postgraphile.ts';

const PAGE = 20;

/** A later page of a topic, with its total. */
export const topic: Operation = {
  name: 'Topic',
  title: 'topic: page 5 of 20 articles, with the total',
  newsgraph: common(
    `query Topic($slug: String!, $first: Int!, $after: String) {
      topic(by: { slug: $slug }) {
        articles(first: $first, after: $after) {
          totalCount
          pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
          nodes { title publishedDateTime provider { name } images(first: 1) { url } }
        }
      }
    }`,
    ({ slug, first }, after) => ({ slug, first, after }),
  ),
  postgraphile: {
    document: `query Topic($slug: String!, $first: Int!, $after: Cursor) {
      topicBySlug(slug: $slug) {
        articleTopicsByTopicId(first: $first, after: $after, orderBy: [PUBLISHED_DATE_TIME_DESC, ARTICLE_ID_DESC]) {
          totalCount
          pageInfo { hasNextPage startCursor endCursor }
          nodes {
            articleByArticleId {
              title publishedDateTime
              providerByProviderId { name }
              articleImagesByArticleId(first: 1) { nodes { imageByImageId { url } } }
            }
          }
        }
      }
    }`,
    variables: ({ slug, first }, after) => ({ slug, first, after }),
    toCommon: ({ topicBySlug: { articleTopicsByTopicId: list } }: { topicBySlug: PostgraphileTopic }) => ({
      topic: {
        articles: {
          totalCount: list.totalCount,
          // It never looks back (Relay lets it), so it is not asked: all that is compared lies behind other articles.
          pageInfo: { ...list.pageInfo, hasPreviousPage: true },
          nodes: list.nodes.map(({ articleByArticleId: article }) => ({
            title: article['title'],
            publishedDateTime: article['publishedDateTime'],
            provider: article.providerByProviderId,
            images: imagesOf(article),
          })),
        },
      },
    }),
  },
  cases: ({ topics }) => topics.map((slug) => ({ slug, skip: 4 * PAGE, first: PAGE })),
  furtherCases: ({ topics }) =>
    topics.flatMap((slug) => [7, 40, 61].map((skip, index) => ({ slug, skip, first: PAGE + index }))),
  isFull: ({ topic: { articles } }: { topic: { articles: { nodes: object[] } } }) => articles.nodes.length > 0,
  endCursor: ({ topic: { articles } }: { topic: { articles: { pageInfo: { endCursor: string } } } }) =>
    articles.pageInfo.endCursor,
};

interface PostgraphileTopic {
  readonly articleTopicsByTopicId: {
    readonly totalCount: number;
    readonly pageInfo: object;
    readonly nodes: readonly { readonly articleByArticleId: PostgraphileArticle }[];
  };
}
