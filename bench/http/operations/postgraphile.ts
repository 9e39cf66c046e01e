/** An article as PostGraphile's schema has it: what is not asked for is not there. */
export interface PostgraphileArticle {
  readonly [field: string]: unknown;
  readonly providerByProviderId: object;
  readonly articleTopicsByArticleId: { readonly nodes: readonly { readonly topicByTopicId: object }[] };
  readonly articleImagesByArticleId: { readonly nodes: readonly { readonly imageByImageId: object }[] };
  readonly related: { readonly nodes: readonly PostgraphileRelated[] };
}

export interface PostgraphileRelated {
  readonly position: number;
  readonly node: PostgraphileArticle;
}

export function topicsOf({ articleTopicsByArticleId }: PostgraphileArticle): object[] {
  return articleTopicsByArticleId.nodes.map(({ topicByTopicId }) => topicByTopicId);
}

export function imagesOf({ articleImagesByArticleId }: PostgraphileArticle): object[] {
  return articleImagesByArticleId.nodes.map(({ imageByImageId }) => imageByImageId);
}
