import type { ARTICLE_TYPES } from '../../lib/article-type.ts';
import { builder } from '../builder.ts';

export const ArticleType = builder.enumType('ArticleType', {
  description: 'What an article is.',
  values: {
    ARTICLE: { value: 'article', description: 'A text.' },
    VIDEO: { value: 'video', description: 'A video.' },
    COURSE: { value: 'course', description: 'A course.' },
    DOWNLOAD: { value: 'download', description: 'Something to download.' },
    EVENT: { value: 'event', description: 'An event.' },
    PODCAST: { value: 'podcast', description: 'A podcast.' },
    OTHER: { value: 'other', description: 'Anything else.' },
  } satisfies Record<Uppercase<(typeof ARTICLE_TYPES)[number]>, object>,
});
