import { ARTICLE, articles, rows } from './rows.mjs';
import { searchArticles } from './search.mjs';
import { hasPreviousPage, topicArticles } from './topic-articles.mjs';

export const resolvers = {
  Query: {
    articles: async (_, { first }) => ({
      nodes: await articles(
        `select ${ARTICLE} from preview.articles a where not a.is_stub
         order by a.published_date_time desc, a.id desc limit $1`,
        [first],
      ),
    }),
    article: async (_, { by }) => {
      const [, uuid] = Buffer.from(by.id, 'base64url').toString().split(':');
      const [article] = await articles(`select ${ARTICLE} from preview.articles a where a.id = $1`, [uuid]);
      return article ?? null;
    },
    topic: async (_, { by }) => {
      const [topic] = await rows(
        'select id as uuid, name, slug, article_count as "articleCount" from preview.topics where slug = $1',
        [by.slug],
      );
      return topic ?? null;
    },
    search: async (_, { query, first }) => ({ edges: await searchArticles(query, first) }),
  },
  Article: {
    id: ({ uuid }) => Buffer.from(`Article:${uuid}`).toString('base64url'),
  },
  Topic: {
    articles: topicArticles,
  },
  PageInfo: {
    hasPreviousPage,
  },
  DateTime: {
    serialize: (instant) => instant.toISOString(),
  },
};
