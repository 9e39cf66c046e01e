import { createHash } from 'node:crypto';
import type { claims, documents } from '../../db/content.tables.ts';
import { toArticleType } from '../../lib/article-type.ts';
import { deriveId } from '../../lib/derive-id.ts';
import { addressIdOf, articleIdOf, imageIdOf, providerIdOf, topicIdOf } from '../../lib/ids.ts';
import { slug } from '../../lib/slug.ts';
import type { Document, DocumentImage, DocumentProvider, RelatedEntry } from './document.ts';
import { unknownKeysOf } from './unknown-keys.ts';

/** Raise it whenever a document would make other rows than before: every file is then read anew. */
export const FORMAT = 1;

/** Dates are ISO texts here: rows travel to the database as JSON. */
type Row<Insert> = { [Column in keyof Insert]-?: Insert[Column] extends Date ? string : Insert[Column] };

export type DocumentRow = Row<typeof documents.$inferInsert>;
export type ClaimRow = Row<typeof claims.$inferInsert>;

/** All that one document adds to the `content` schema. */
export interface ContentRows {
  readonly document: DocumentRow;
  readonly claims: readonly ClaimRow[];
}

/** The same bytes are the same document, wherever the file lies. */
export function documentIdOf(bytes: Uint8Array): string {
  return deriveId('document', String(FORMAT), createHash('sha256').update(bytes).digest('hex'));
}

export function toContentRows(documentId: string, document: Document): ContentRows {
  const { related: entries, ...frontMatter } = document;
  const claim = claimOfDocument(document);
  const others = distinctBy(
    (entries ?? []).map(claimOfEntry).filter((other) => other.articleId !== claim.articleId),
    (other) => other.articleId,
  );
  return {
    document: {
      id: documentId,
      articleId: claim.articleId,
      claimId: claim.id,
      published: claim.published,
      frontMatter,
      relatedIds: others.map((other) => other.articleId),
      relatedClaimIds: others.map((other) => other.id),
    },
    claims: [claim, ...others],
  };
}

function claimOfDocument(document: Document): ClaimRow {
  return toClaim(document, {
    category: document.category ?? null,
    heat: document.heat ?? null,
    published: document.published && document.removed !== true,
    topics: topicsOf(document.topics ?? []),
    unknownKeys: null,
  });
}

/**
 * The same words stand in the lists of all articles on a story, so most entries have been seen
 * before.
 */
const seen = new Map<string, ClaimRow>();
const MAX_SEEN = 2_000;

function claimOfEntry(entry: RelatedEntry): ClaimRow {
  const words = JSON.stringify(entry);
  let claim = seen.get(words);
  if (claim === undefined) {
    claim = toClaim(entry, {
      category: null,
      heat: null,
      published: false,
      topics: [],
      unknownKeys: unknownKeysOf(entry),
    });
    if (seen.size === MAX_SEEN) seen.clear();
    seen.set(words, claim);
  }
  return claim;
}

type OwnFields = Pick<ClaimRow, 'category' | 'heat' | 'published' | 'topics' | 'unknownKeys'>;

function toClaim(story: Document | RelatedEntry, own: OwnFields): ClaimRow {
  const webUrl = (story.webUrl ?? story.originalUrl) as string;
  const claim: Omit<ClaimRow, 'id'> = {
    articleId: articleIdOf(webUrl),
    asOf: toIso(story.updatedDateTime ?? story.publishedDateTime),
    title: story.title,
    excerpt: story.excerpt ?? null,
    category: own.category,
    type: toArticleType(story.type),
    publishedDateTime: toIso(story.publishedDateTime),
    webUrl,
    originalUrl: story.originalUrl ?? null,
    ampWebUrl: story.ampWebUrl ?? null,
    cdnAmpWebUrl: story.cdnAmpWebUrl ?? null,
    quality: story.quality ?? null,
    heat: own.heat,
    published: own.published,
    provider: providerOf(story.provider),
    providerId: providerIdOf(story.provider.domain),
    addresses: addressesOf(webUrl, story),
    topics: own.topics,
    images: imagesOf(story.images ?? []),
    unknownKeys: own.unknownKeys,
  };
  const words = JSON.stringify(claim);
  // Parsed back, its texts are its own: the YAML parser's are slices that would keep the whole file
  // in memory.
  return { id: deriveId('claim', words), ...(JSON.parse(words) as typeof claim) };
}

function toIso(dateTime: string): string {
  return new Date(dateTime).toISOString();
}

function providerOf({ domain, name, images }: DocumentProvider) {
  return { domain: domain.toLowerCase(), name, images: imagesOf(images ?? []) };
}

/**
 * Rank says how strongly an address is the article's own: it decides when two articles share one.
 */
function addressesOf(webUrl: string, { originalUrl, ampWebUrl, cdnAmpWebUrl }: Document | RelatedEntry) {
  const addresses = [webUrl, originalUrl, ampWebUrl, cdnAmpWebUrl].flatMap((url, rank) =>
    url ? [{ id: addressIdOf(url), rank }] : [],
  );
  return distinctBy(addresses, (address) => address.id);
}

function topicsOf(names: readonly string[]) {
  const topics = names.map((name) => ({ id: topicIdOf(name), slug: slug(name), name: name.trim() }));
  return distinctBy(topics, (topic) => topic.id);
}

function imagesOf(images: readonly DocumentImage[]) {
  const rows = images.map((image) => ({
    id: imageIdOf(image.url),
    url: image.url,
    width: image.width ?? null,
    height: image.height ?? null,
    isCached: image.isCached ?? false,
    title: image.title ?? null,
  }));
  return distinctBy(rows, (image) => image.id);
}

/** The first of each, in order. */
function distinctBy<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const seen = new Set<string>();
  return items.filter((item) => {
    const key = keyOf(item);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
