import {
  boolean,
  customType,
  doublePrecision,
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

const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' });

/**
 * What each order of articles sorts by, never null: `heatRank` and `qualityRank` are the lowest integer where nothing is
 * told; `trending` see articles/article.orders.ts.
 */
const sortKeys = () => ({
  publishedDateTime: instant().notNull(),
  heatRank: integer().notNull(),
  qualityRank: integer().notNull(),
  trending: doublePrecision().notNull(),
});

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
      /** In the sequence of the document. */
      topicIds: uuid().array().notNull(),
      hasImage: boolean().notNull(),
      heatRank: sortKeys().heatRank,
      qualityRank: sortKeys().qualityRank,
      trending: sortKeys().trending,
      /** Title (weight A) and excerpt (B), as `search.words` and as `search.spellings`; empty for a stub. */
      search: tsvector().notNull(),
      /** The title in lower case without accents, to be found by trigrams; empty for a stub. */
      titleWords: text().notNull(),
    },
    (t) => [
      // Lists leave stubs out or read them as a part of their own: so each begins with `is_stub`.
      index('articles_by_date').on(t.isStub, t.publishedDateTime, t.id),
      index('articles_by_heat').on(t.isStub, t.heatRank, t.publishedDateTime, t.id),
      index('articles_by_quality').on(t.isStub, t.qualityRank, t.publishedDateTime, t.id),
      index('articles_by_trending').on(t.isStub, t.trending, t.publishedDateTime, t.id),
      index('articles_by_provider_and_date').on(t.providerId, t.isStub, t.publishedDateTime, t.id),
      index('articles_by_provider_and_heat').on(t.providerId, t.isStub, t.heatRank, t.publishedDateTime, t.id),
      index('articles_by_provider_and_quality').on(t.providerId, t.isStub, t.qualityRank, t.publishedDateTime, t.id),
      index('articles_by_provider_and_trending').on(t.providerId, t.isStub, t.trending, t.publishedDateTime, t.id),
      index('articles_by_topics').using('gin', t.topicIds),
      index('articles_by_search').using('gin', t.search),
      index('articles_by_title_words').using('gin', t.titleWords.op('gin_trgm_ops')),
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

  /** With the article's sort keys, so that an index on them gives any topic's articles in any order. */
  const articleTopics = schema.table(
    'article_topics',
    {
      articleId: uuid().notNull(),
      position: integer().notNull(),
      topicId: uuid().notNull(),
      ...sortKeys(),
    },
    (t) => [
      primaryKey({ columns: [t.articleId, t.position] }),
      index('article_topics_by_date').on(t.topicId, t.publishedDateTime, t.articleId),
      index('article_topics_by_heat').on(t.topicId, t.heatRank, t.publishedDateTime, t.articleId),
      index('article_topics_by_quality').on(t.topicId, t.qualityRank, t.publishedDateTime, t.articleId),
      index('article_topics_by_trending').on(t.topicId, t.trending, t.publishedDateTime, t.articleId),
    ],
  );

  /** With the article's sort keys, as above. */
  const articleImages = schema.table(
    'article_images',
    {
      articleId: uuid().notNull(),
      position: integer().notNull(),
      imageId: uuid().notNull(),
      isStub: boolean().notNull(),
      ...sortKeys(),
    },
    (t) => [
      primaryKey({ columns: [t.articleId, t.position] }),
      index('article_images_by_date').on(t.imageId, t.isStub, t.publishedDateTime, t.articleId),
      index('article_images_by_heat').on(t.imageId, t.isStub, t.heatRank, t.publishedDateTime, t.articleId),
      index('article_images_by_quality').on(t.imageId, t.isStub, t.qualityRank, t.publishedDateTime, t.articleId),
      index('article_images_by_trending').on(t.imageId, t.isStub, t.trending, t.publishedDateTime, t.articleId),
    ],
  );

  /** `publishedDateTime` is that of the article which lists the other: the reverse edge is sorted by it. */
  const articleRelated = schema.table(
    'article_related',
    {
      articleId: uuid().notNull(),
      position: integer().notNull(),
      relatedId: uuid().notNull(),
      publishedDateTime: sortKeys().publishedDateTime,
    },
    (t) => [
      primaryKey({ columns: [t.articleId, t.position] }),
      index('article_related_by_related').on(t.relatedId, t.publishedDateTime, t.articleId),
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

  /** How many articles of a provider are about a topic; no row means none. */
  const providerTopics = schema.table(
    'provider_topics',
    { providerId: uuid().notNull(), topicId: uuid().notNull(), articleCount: integer().notNull() },
    (t) => [primaryKey({ columns: [t.providerId, t.topicId] })],
  );

  /** How many articles (stubs left out) have a type or a category: the facets of the whole feed. */
  const articleFacets = schema.table(
    'article_facets',
    { facet: text().notNull(), value: text().notNull(), articleCount: integer().notNull() },
    (t) => [primaryKey({ columns: [t.facet, t.value] })],
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
    providerTopics,
    articleFacets,
    images,
  };
}

export type PerspectiveTables = ReturnType<typeof perspectiveTables>;

/** Two schemas with the same tables: a query names the one it may read, so it cannot reach the other. */
export const publishedTables: PerspectiveTables = perspectiveTables(pgSchema('published'));
export const previewTables: PerspectiveTables = perspectiveTables(pgSchema('preview'));
