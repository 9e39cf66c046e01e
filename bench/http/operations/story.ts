import { common, type Operation } from '../question.ts';
import { imagesOf, type PostgraphileArticle, topicsOf } from './postgraphile.ts';

const SCALARS =
  'title excerpt category type publishedDateTime webUrl originalUrl ampWebUrl cdnAmpWebUrl quality heat published isStub';

/** All of one article, with its related coverage. */
export const story: Operation = {
  name: 'Story',
  title: 'story page: one of 1,000 articles, all of it, 10 related',
  newsgraph: common(
    `query Story($id: ID!) {
      article(by: { id: $id }) {
        id ${SCALARS}
        provider { name domain } topics { name slug } images { url width height }
        related(first: 10) { edges { position node { title webUrl publishedDateTime provider { name } images(first: 1) { url } } } }
      }
    }`,
    ({ id }) => ({ id: globalId(id) }),
  ),
  postgraphile: {
    document: `query Story($id: UUID!) {
      articleByRowId(rowId: $id) {
        rowId ${SCALARS}
        providerByProviderId { name domain }
        articleTopicsByArticleId { nodes { topicByTopicId { name slug } } }
        articleImagesByArticleId { nodes { imageByImageId { url width height } } }
        related(first: 10) {
          nodes {
            position
            node {
              title webUrl publishedDateTime
              providerByProviderId { name }
              articleImagesByArticleId(first: 1) { nodes { imageByImageId { url } } }
            }
          }
        }
      }
    }`,
    variables: ({ id }) => ({ id }),
    toCommon: ({ articleByRowId: article }: { articleByRowId: PostgraphileArticle }) => ({
      article: {
        id: globalId(article['rowId']),
        ...Object.fromEntries(SCALARS.split(' ').map((name) => [name, article[name]])),
        type: String(article['type']).toUpperCase(),
        provider: article.providerByProviderId,
        topics: topicsOf(article),
        images: imagesOf(article),
        related: { edges: article.related.nodes.map(({ position, node }) => ({ position, node: toRelated(node) })) },
      },
    }),
  },
  cases: ({ articles }) => articles.map((id) => ({ id })),
  furtherCases: () => [],
  isFull: ({ article }: { article: object | null }) => article !== null,
};

function toRelated(article: PostgraphileArticle): object {
  return {
    title: article['title'],
    webUrl: article['webUrl'],
    publishedDateTime: article['publishedDateTime'],
    provider: article.providerByProviderId,
    images: imagesOf(article),
  };
}

function globalId(id: unknown): string {
  return Buffer.from(`Article:${id}`).toString('base64url');
}
