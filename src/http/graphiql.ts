import type { GraphiQLOptions } from 'graphql-yoga';

/** What GraphiQL opens with: one tab for each thing that clients do most. */
const FRONT_PAGE = `# The front page: the newest articles,
# with all that a card shows.
query FrontPage {
  articles(first: 20) {
    nodes {
      title
      excerpt
      webUrl
      publishedDateTime
      provider { name domain }
      topics { name slug }
      images(first: 1) { url width height }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`;

const STORY_PAGE = `# A story page: one article by any of its
# addresses, and the story's other coverage.
query StoryPage($url: URL!) {
  article(by: { url: $url }) {
    title
    excerpt
    category
    type
    publishedDateTime
    webUrl
    quality
    provider { name domain }
    topics { name slug }
    images { url width height isCached }
    related(first: 10) {
      edges {
        position
        node {
          title webUrl quality isStub
          publishedDateTime
          provider { name }
          images(first: 1) { url }
        }
      }
    }
  }
}
`;

const STORY_VARIABLES = `{
  "url": "https://www.tweaktown.com/news/91443/cryptominers-are-looking-at-converting-their-mining-farms-into-ai-operations/index.html"
}
`;

const DEEP_GRAPH = `# The deep graph: articles,
# their related stories, and theirs.
query DeepGraph {
  articles(first: 20) {
    nodes {
      title
      related(first: 5) {
        nodes {
          title
          provider { name }
          related(first: 5) { nodes { title provider { name } } }
        }
      }
    }
  }
}
`;

const TOPIC_PAGE = `# A topic page: its articles with a total, page
# by page. Give endCursor as $after for the next.
query TopicPage($slug: String!, $after: String) {
  topic(by: { slug: $slug }) {
    name
    articles(first: 5, after: $after) {
      totalCount
      nodes { title publishedDateTime provider { name } }
      pageInfo { hasNextPage endCursor }
    }
  }
}
`;

const TOPIC_VARIABLES = `{ "slug": "ai-hardware" }
`;

const REVERSE = `# The reverse edge:
# which articles list this one as related?
query RelatedBy($url: URL!) {
  article(by: { url: $url }) {
    title
    isStub
    relatedBy(first: 10) {
      totalCount
      edges { position node { title provider { name } } }
    }
  }
}
`;

export const graphiql: GraphiQLOptions = {
  title: 'newsgraph',
  defaultTabs: [
    { query: FRONT_PAGE },
    { query: STORY_PAGE, variables: STORY_VARIABLES },
    { query: DEEP_GRAPH },
    { query: TOPIC_PAGE, variables: TOPIC_VARIABLES },
    { query: REVERSE, variables: STORY_VARIABLES },
  ],
};

/**
 * GraphiQL 5 moves a tab aside while it is pressed, so that the click misses it; and a first visit
 * that is reloaded before a key is pressed ends on a blank tab, unless the query last edited is
 * known.
 */
const MENDS = `<style>.graphiql-tab { transform: none !important }</style>
<script>localStorage['graphiql:query'] ??= ${JSON.stringify(FRONT_PAGE)}</script>`;

let page: Promise<string> | undefined;

/**
 * GraphiQL from our own files rather than a CDN's, so that it works without a network. Some 9 MB:
 * loaded when it is first asked for, and rendered once.
 */
export function renderGraphiQL(options: GraphiQLOptions): Promise<string> {
  page ??= render(options);
  return page;
}

async function render(options: GraphiQLOptions): Promise<string> {
  const graphiql = await import('@graphql-yoga/render-graphiql');
  return graphiql.renderGraphiQL(options).replace('</head>', () => `${MENDS}</head>`);
}
