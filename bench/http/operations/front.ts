import { type Case, common, type Operation, oneTo } from '../question.ts';
import { imagesOf, type PostgraphileArticle, topicsOf } from './postgraphile.ts';

/** The newest articles of the feed, as a front page shows them. */
export const front: Operation = {
  name: 'Front',
  title: 'front page: 20 articles, provider, topics, first image',
  newsgraph: common(
    `query Front($first: Int!) {
      articles(first: $first) {
        nodes { title publishedDateTime webUrl provider { name domain } topics { name slug } images(first: 1) { url width height } }
      }
    }`,
    ({ first }: Case) => ({ first }),
  ),
  postgraphile: {
    document: `query Front($first: Int!) {
      feed(first: $first) {
        nodes {
          title publishedDateTime webUrl
          providerByProviderId { name domain }
          articleTopicsByArticleId { nodes { topicByTopicId { name slug } } }
          articleImagesByArticleId(first: 1) { nodes { imageByImageId { url width height } } }
        }
      }
    }`,
    variables: ({ first }) => ({ first }),
    toCommon: ({ feed }: { feed: { nodes: PostgraphileArticle[] } }) => ({
      articles: {
        nodes: feed.nodes.map((article) => ({
          title: article.title,
          publishedDateTime: article.publishedDateTime,
          webUrl: article.webUrl,
          provider: article.providerByProviderId,
          topics: topicsOf(article),
          images: imagesOf(article),
        })),
      },
    }),
  },
  cases: () => [{ first: 20 }],
  furtherCases: () => oneTo(60).map((first) => ({ first })),
  isFull: ({ articles }: { articles: { nodes: { images: object[] }[] } }) => articles.nodes.length > 0,
};
