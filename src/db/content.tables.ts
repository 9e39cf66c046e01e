import {
  bigint,
  boolean,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';

/**
 * What the files say, kept the way git keeps files: documents and claims are named by what they hold and never change; only
 * `files` (path → document) does, in one step, when a sync commits.
 * GraphQL never reads this schema.
 */
const content = pgSchema('content');

const instant = () => timestamp({ precision: 3, withTimezone: true, mode: 'date' });

/**
 * Which document each path holds now. `size`, `modified` (in ms)
 * and `format` (see content/content-rows.ts) tell at a look that nothing is new.
 */
export const files = content.table(
  'files',
  {
    path: text().primaryKey(),
    documentId: uuid().notNull(),
    size: bigint({ mode: 'number' }).notNull(),
    modified: bigint({ mode: 'number' }).notNull(),
    format: integer().notNull(),
  },
  (t) => [index('files_by_document').on(t.documentId)],
);

/**
 * What a running sync has found: the new document of a path, or null where the file is gone. Staged before it is added, so
 * whatever a sync that died has left in `documents` is named here.
 */
export const stagedFiles = content.table(
  'staged_files',
  {
    run: uuid().notNull(),
    path: text().notNull(),
    documentId: uuid(),
    size: bigint({ mode: 'number' }),
    modified: bigint({ mode: 'number' }),
    format: integer(),
  },
  (t) => [primaryKey({ columns: [t.run, t.path] })],
);

/**
 * One document. `frontMatter` is the whole of it, `secured` and unknown keys included, but for its related list: that is
 * cleaned (itself and repeats left out), and an entry's place in it is its place in both arrays.
 */
export const documents = content.table(
  'documents',
  {
    id: uuid().primaryKey(),
    articleId: uuid().notNull(),
    claimId: uuid().notNull(),
    published: boolean().notNull(),
    frontMatter: jsonb().notNull(),
    relatedIds: uuid().array().notNull(),
    relatedClaimIds: uuid().array().notNull(),
  },
  (t) => [
    index('documents_by_article').on(t.articleId),
    index('documents_by_related').using('gin', t.relatedIds).with({ fastupdate: false }),
  ],
);

/**
 * What one place says of an article: a document of itself, or a related entry of another. The same words in
 * forty related lists are one claim. `asOf` (the document's update, else its publication) ranks claims.
 */
export const claims = content.table('claims', {
  id: uuid().primaryKey(),
  articleId: uuid().notNull(),
  asOf: instant().notNull(),
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
  provider: jsonb().notNull(),
  providerId: uuid().notNull(),
  /** [{ id, rank }] */
  addresses: jsonb().notNull(),
  /** [{ id, slug, name }] */
  topics: jsonb().notNull(),
  /** [{ id, url, width, height, isCached, title }] */
  images: jsonb().notNull(),
  /** Keys of a related entry that we have no column for. */
  unknownKeys: jsonb(),
});

/** A single row: the sync that may commit. A run that finds another's id here has lost its turn. */
export const currentRun = content.table('current_run', { run: uuid().notNull() });

/** How often each perspective has changed. Of the two, readers may learn only their own. */
export const versions = content.table('versions', {
  perspective: text().primaryKey(),
  version: bigint({ mode: 'number' }).notNull(),
});
