import type { Document, DocumentImage, RelatedEntry } from '../../src/content/documents/document.ts';
import type { Draws } from './draws.ts';
import { drawProviderRank, drawText, drawTopic, drawWord, providerOf, slugOf } from './words.ts';

/** One article of a story. */
interface Article {
  /** What its own file says, if it has one; without its related list. */
  readonly file: Document;
  readonly hasFile: boolean;
  /** The entry that nearly all lists of the story have. */
  readonly copy: RelatedEntry;
  /** An entry from before the article was last edited. */
  readonly earlier: RelatedEntry;
}

/** What the articles of a story have in common. */
interface Story {
  /** Sets its addresses apart from those of other stories. */
  readonly number: number;
  /** How many articles it has. */
  readonly size: number;
  /** That its texts keep coming back to. */
  readonly words: readonly string[];
  readonly topic: string;
  /** In seconds since 1970. */
  readonly begin: number;
  /** Of the article that leads it: the highest. */
  readonly quality: number;
  /** An agency's picture, which several of its articles show. */
  readonly picture: string;
}

const LARGEST_STORY = 180;
const DAY = 86_400;
const BEGIN = Date.UTC(2022, 6, 1) / 1000;
const SPAN = 2 * 365 * DAY;

/**
 * How many articles a story has, 1 to 180: n or more in 0.8 / n of the stories. Sizes are taken in turn
 * (multiples of the golden ratio), not drawn, so that a small corpus has the shape of a large one.
 */
export function storySize(seed: number, number: number): number {
  const turn = (Math.imul(number, 0x9e3779b9) + Math.imul(seed, 0x85ebca6b)) >>> 0;
  const least = 0.8 / (LARGEST_STORY + 1);
  const share = least + (1 - least) * (turn / 0x1_0000_0000);
  return Math.min(LARGEST_STORY, Math.max(1, Math.floor(0.8 / share)));
}

/** The documents of a story; the first article leads it, and has one in any case. */
export function* storyDocuments(draws: Draws, number: number, size: number): Generator<Document> {
  const story = drawStory(draws, number, size);
  const articles = Array.from({ length: size }, (_, index) => drawArticle(draws, story, index));
  for (const article of articles) {
    if (!article.hasFile) continue;
    const related = relatedOf(article, articles, draws);
    yield { ...article.file, ...(related.length > 0 && { related }), secured: drawSecret(draws) };
  }
}

function drawStory(draws: Draws, number: number, size: number): Story {
  return {
    number,
    size,
    words: Array.from({ length: 4 }, () => drawWord(draws)),
    topic: drawTopic(draws),
    begin: BEGIN + draws.int(0, SPAN - 4 * DAY),
    quality: Math.floor(62 + 75 * draws.unit() * draws.unit()),
    picture: `https://pictures.${providerOf(drawProviderRank(draws)).domain}/agency/${draws.bits()}`,
  };
}

function drawArticle(draws: Draws, story: Story, index: number): Article {
  const leads = index === 0;
  const file = drawFile(draws, story, index);
  const copy = entryOf(file);
  return { file, hasFile: leads || draws.chance(0.85), copy, earlier: drawEarlier(draws, copy, story) };
}

function drawFile(draws: Draws, story: Story, index: number): Document {
  const leads = index === 0;
  const rank = drawProviderRank(draws);
  const { name, domain } = providerOf(rank);
  const title = drawTitle(draws, story);
  const place = `${slugOf(title)}-${story.number}-${index}`;
  const quality = leads ? story.quality : drawQuality(draws, story);
  return present({
    category: 'news',
    title,
    excerpt: drawText(draws, draws.int(112, 300), story.words),
    publishedDateTime: drawTime(draws, story),
    ...(draws.chance(0.01) ? videoFields(domain, place) : articleFields(draws, domain, place)),
    quality,
    heat: leads ? quality + 20 * (story.size - 1) : -1,
    published: leads,
    provider: present({ name, domain, images: rank < 10 ? [logoOf(domain)] : undefined }),
    topics: drawTopics(draws, story),
    images: draws.chance(0.6) ? [drawImage(draws, domain, place, story, title)] : undefined,
  });
}

function drawTitle(draws: Draws, story: Story): string {
  return drawText(draws, draws.int(56, 106), story.words);
}

/** Below that of the article that leads. */
function drawQuality(draws: Draws, story: Story): number {
  const luck = draws.unit();
  return Math.floor(story.quality * luck * Math.sqrt(luck));
}

/** Most articles follow within hours; some bear the time of the report that they repeat. */
function drawTime(draws: Draws, story: Story): string {
  const luck = draws.chance(0.15) ? 0 : draws.unit();
  const seconds = story.begin + 60 * Math.floor(3 * 24 * 60 * luck * luck);
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

/** A video has no page of its own: `originalUrl` is its address. */
function videoFields(domain: string, place: string) {
  const originalUrl = `https://video.${domain}/watch?v=${place}`;
  return { originalUrl, type: 'video', featuredContent: `<iframe width="800" src="${originalUrl}"></iframe>` };
}

function articleFields(draws: Draws, domain: string, place: string) {
  const page = `www.${domain}/news/${place}`;
  const hasOriginal = draws.chance(0.25);
  const isMoved = draws.chance(0.2);
  const hasAmp = draws.chance(0.25);
  return {
    originalUrl: hasOriginal ? `https://${isMoved ? `go.${domain}/${place}` : page}` : undefined,
    webUrl: `https://${page}`,
    ampWebUrl: hasAmp ? `https://${page}/amp` : undefined,
    cdnAmpWebUrl: hasAmp ? `https://www-${domain.replaceAll('.', '-')}.amp.example/c/s/${page}/amp` : undefined,
    type: 'article',
  };
}

function logoOf(domain: string): DocumentImage {
  return { url: `https://logos.example/organizations/${domain}-50x50.jpg`, width: 50, height: 50 };
}

function drawTopics(draws: Draws, story: Story): string[] {
  const topics = new Set([story.topic]);
  while (topics.size < 4 && draws.chance(0.4)) topics.add(drawTopic(draws));
  return [...topics];
}

const WIDTHS = [400, 620, 800, 1024, 1200, 1920];

function drawImage(draws: Draws, domain: string, place: string, story: Story, title: string): DocumentImage {
  const width = draws.pick(WIDTHS);
  const picture = draws.chance(0.15) ? story.picture : `https://images.${domain}/uploads/${place}`;
  return present({
    url: `${picture}-${width}.jpg`,
    width,
    height: Math.floor((width * 9) / 16),
    isCached: draws.chance(0.95),
    title: draws.chance(0.43) ? title : undefined,
  });
}

/** Looks like a ciphertext and is none. */
function drawSecret(draws: Draws): string {
  return `${drawBytes(draws, 432)};${drawBytes(draws, 16)}`;
}

/** Base64. `length` in bytes, a multiple of 4. */
function drawBytes(draws: Draws, length: number): string {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 4) bytes.writeUInt32LE(draws.bits(), at);
  return bytes.toString('base64');
}

/** What other files say of an article: a few of its fields, and neither logos nor captions. */
function entryOf(file: Document): RelatedEntry {
  const { title, excerpt, publishedDateTime, originalUrl, webUrl, ampWebUrl, cdnAmpWebUrl, type, quality } = file;
  return present({
    title,
    excerpt,
    publishedDateTime,
    originalUrl: webUrl ? undefined : originalUrl,
    webUrl,
    ampWebUrl,
    cdnAmpWebUrl,
    type,
    provider: { name: file.provider.name, domain: file.provider.domain },
    quality,
    images: file.images?.map(({ title: _, ...image }) => image),
  });
}

function drawEarlier(draws: Draws, copy: RelatedEntry, story: Story): RelatedEntry {
  return {
    ...copy,
    title: drawTitle(draws, story),
    ...(draws.chance(0.67) && { publishedDateTime: drawTime(draws, story) }),
    ...(draws.chance(0.33) && { quality: drawQuality(draws, story) }),
  };
}

/** The story's other articles, best first; a few as they were earlier, or both ways. */
function relatedOf(article: Article, articles: readonly Article[], draws: Draws): RelatedEntry[] {
  const entries = articles.flatMap((other) => (other === article ? [] : drawMentions(draws, other)));
  return entries.sort((a, b) => (b.quality ?? 0) - (a.quality ?? 0));
}

function drawMentions(draws: Draws, { copy, earlier }: Article): RelatedEntry[] {
  const luck = draws.unit();
  if (luck > 0.006) return [copy];
  return luck > 0.003 ? [earlier] : [copy, earlier];
}

/** `fields` without those that are undefined. */
function present<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}
