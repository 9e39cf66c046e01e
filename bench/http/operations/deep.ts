import { common, type Operation, oneTo } from '../question.ts';
import type { PostgraphileArticle } from './postgraphile.ts';

/** Three levels of coverage. Most of what the last level shows stands on the others too. */
export const deep: Operation = {
  name: 'Deep',
  title: 'deep graph: 20 articles, 5 related each, 5 related each',
  newsgraph: common(
    `query Deep($first: Int!) {
      articles(first: $first) {
        nodes {
          title webUrl provider { name }
          related(first: 5) {
            nodes {
              title webUrl provider { name }
              related(first: 5) { nodes { title webUrl provider { name } } }
            }
          }
        }
      }
    }`,
    ({ first }) => ({ first }),
  ),
  postgraphile: {
    document: `query Deep($first: Int!) {
      feed(first: $first) {
        nodes {
          title webUrl providerByProviderId { name }
          related(first: 5) {
            nodes {
              node {
                title webUrl providerByProviderId { name }
                related(first: 5) { nodes { node { title webUrl providerByProviderId { name } } } }
              }
            }
          }
        }
      }
    }`,
    variables: ({ first }) => ({ first }),
    toCommon: ({ feed }: { feed: { nodes: PostgraphileArticle[] } }) => ({
      articles: { nodes: feed.nodes.map((article) => toNode(article)) },
    }),
  },
  cases: () => [{ first: 20 }],
  furtherCases: () => oneTo(60).map((first) => ({ first })),
  isFull: ({ articles }: { articles: { nodes: object[] } }) => articles.nodes.length > 0,
};

interface Node {
  readonly title: unknown;
  readonly webUrl: unknown;
  readonly provider: object;
  readonly related?: { readonly nodes: readonly Node[] };
}

function toNode({ title, webUrl, providerByProviderId, related }: PostgraphileArticle): Node {
  const node = { title, webUrl, provider: providerByProviderId };
  return related ? { ...node, related: { nodes: related.nodes.map((edge) => toNode(edge.node)) } } : node;
}
