import { common, type Operation } from '../question.ts';
import type { PostgraphileArticle } from './postgraphile.ts';

/** The best hits of one word, scores included: all servers rank by the same expression. */
export const search: Operation = {
  name: 'Search',
  title: 'search: 20 hits of one of 200 words',
  newsgraph: common(
    `query Search($query: String!, $first: Int!) {
      search(query: $query, first: $first) {
        edges { score node { title excerpt publishedDateTime provider { name } } }
      }
    }`,
    ({ query, first }) => ({ query, first }),
  ),
  postgraphile: {
    document: `query Search($query: String!, $first: Int!) {
      search(query: $query, first: $first) {
        nodes { score(query: $query) title excerpt publishedDateTime providerByProviderId { name } }
      }
    }`,
    variables: ({ query, first }) => ({ query, first }),
    toCommon: ({ search: { nodes } }: { search: { nodes: PostgraphileArticle[] } }) => ({
      search: {
        edges: nodes.map((article) => ({
          score: article['score'],
          node: {
            title: article['title'],
            excerpt: article['excerpt'],
            publishedDateTime: article['publishedDateTime'],
            provider: article.providerByProviderId,
          },
        })),
      },
    }),
  },
  cases: ({ words }) => words.map((query) => ({ query, first: 20 })),
  furtherCases: ({ words }) => words.map((query, index) => ({ query, first: 1 + (index % 40) })),
  isFull: ({ search: { edges } }: { search: { edges: object[] } }) => edges.length > 0,
};
