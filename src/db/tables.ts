import {
  boolean,
  index,
  integer,
  type PgSchema,
  pgSchema,
  primaryKey,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

/** Milliseconds, so that a cursor made from a row names exactly that row. */
const instant = () => timestamp({ precision: 3, withTimezone: true, mode: 'date' });

/**
 * The tables of one perspective: what its readers see, and nothing else. `claimId` names the content that a row was
 * projected from (see content/project.ts).
 */
function perspectiveTables(schema: PgSchema) {
  const articles = schema.table(
    'articles',
    {
      id: uuid().primaryKey(),
      title: text().notNull(),
      excerpt: text(),
      category: text(),
      type: text().notNull(),
      publishedDateTime: instant().notNull(),
      webUrl: text().notNull(),
      originalUrl: text(),
      ampWebUrl: text(),
      cdnAmpWebUrl: text(),
      quality: integer(),
      heat: integer(),
      published: boolean().notNull(),
      isStub: boolean().notNull(),
      providerId: uuid().notNull(),
      claimId: uuid().notNull(),
    },
    (t) => [
      index('articles_by_date').on(t.publishedDateTime, t.id),
      index('articles_by_provider').on(t.providerId, t.publishedDateTime, t.id),
    ],
  );

  const articleAddresses = schema.table(
    'article_addresses',
    { addressId: uuid().notNull(), rank: integer().notNull(), articleId: uuid().notNull() },
    (t) => [
      primaryKey({ columns: [t.addressId, t.rank, t.articleId] }),
      index('article_addresses_by_article').on(t.articleId),
    ],
  );

  const articleTopics = schema.table(
    'article_topics',
    {
      articleId: uuid().notNull(),
      position: integer().notNull(),
      topicId: uuid().notNull(),
      publishedDateTime: instant().notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.articleId, t.position] }),
      index('article_topics_by_topic').on(t.topicId, t.publishedDateTime, t.articleId),
    ],
  );

  const articleImages = schema.table(
    'article_images',
    { articleId: uuid().notNull(), position: integer().notNull(), imageId: uuid().notNull() },
    (t) => [
      primaryKey({ columns: [t.articleId, t.position] }),
      index('article_images_by_image').on(t.imageId, t.articleId),
    ],
  );

  const articleRelated = schema.table(
    'article_related',
    { articleId: uuid().notNull(), position: integer().notNull(), relatedId: uuid().notNull() },
    (t) => [
      primaryKey({ columns: [t.articleId, t.position] }),
      index('article_related_by_related').on(t.relatedId, t.articleId),
    ],
  );

  const providers = schema.table(
    'providers',
    {
      id: uuid().primaryKey(),
      domain: text().notNull(),
      name: text().notNull(),
      articleCount: integer().notNull(),
    },
    (t) => [uniqueIndex('providers_by_domain').on(t.domain)],
  );

  const providerImages = schema.table(
    'provider_images',
    {
      providerId: uuid().notNull(),
      position: integer().notNull(),
      imageId: uuid().notNull(),
      claimId: uuid().notNull(),
    },
    (t) => [primaryKey({ columns: [t.providerId, t.position] }), index('provider_images_by_image').on(t.imageId)],
  );

  const topics = schema.table(
    'topics',
    {
      id: uuid().primaryKey(),
      slug: text().notNull(),
      name: text().notNull(),
      articleCount: integer().notNull(),
    },
    (t) => [uniqueIndex('topics_by_slug').on(t.slug)],
  );

  const images = schema.table('images', {
    id: uuid().primaryKey(),
    url: text().notNull(),
    width: integer(),
    height: integer(),
    isCached: boolean().notNull(),
    title: text(),
  });

  return {
    articles,
    articleAddresses,
    articleTopics,
    articleImages,
    articleRelated,
    providers,
    providerImages,
    topics,
    images,
  };
}

export type PerspectiveTables = ReturnType<typeof perspectiveTables>;

/** Two schemas with the same tables: a query names the one it may read, so it cannot reach the other. */
export const publishedTables: PerspectiveTables = perspectiveTables(pgSchema('published'));
export const previewTables: PerspectiveTables = perspectiveTables(pgSchema('preview'));
