/** The part of newsgraph's schema that the bench asks of. */
export const schema = `
  scalar DateTime

  type Query {
    articles(first: Int!): ArticleConnection!
    article(by: ArticleBy!): Article
    topic(by: TopicBy!): Topic
    search(query: String!, first: Int!): SearchConnection!
  }

  input ArticleBy { id: ID! }
  input TopicBy { slug: String! }

  type Article {
    id: ID!
    title: String!
    excerpt: String
    category: String
    type: String!
    publishedDateTime: DateTime!
    webUrl: String!
    originalUrl: String
    ampWebUrl: String
    cdnAmpWebUrl: String
    quality: Int
    heat: Int
    published: Boolean!
    isStub: Boolean!
    provider: Provider!
    topics: [Topic!]!
    images(first: Int): [Image!]!
    related(first: Int!): RelatedConnection!
  }

  type Provider { name: String! domain: String! }
  type Image { url: String! width: Int height: Int }
  type Topic { name: String! slug: String! articles(first: Int!, after: String): TopicArticleConnection! }

  type ArticleConnection { nodes: [Article!]! }
  type TopicArticleConnection { totalCount: Int! pageInfo: PageInfo! nodes: [Article!]! }
  type RelatedConnection { edges: [RelatedEdge!]! nodes: [Article!]! }
  type RelatedEdge { position: Int! node: Article! }
  type SearchConnection { edges: [SearchEdge!]! }
  type SearchEdge { score: Float! node: Article! }
  type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
`;
