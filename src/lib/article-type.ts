/** What an article can be. A file may say any `type`; those we have no name for are `other`. */
export const ARTICLE_TYPES = ['article', 'video', 'course', 'download', 'event', 'podcast', 'other'] as const;

export type ArticleType = (typeof ARTICLE_TYPES)[number];

export function toArticleType(text: string): ArticleType {
  const type = text.toLowerCase();
  return ARTICLE_TYPES.find((known) => known === type) ?? 'other';
}
