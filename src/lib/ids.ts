import { canonicalUrl } from './canonical-url.ts';
import { deriveId } from './derive-id.ts';
import { slug } from './slug.ts';

/**
 * The ids of the graph's nouns. Each is made from what the thing is, so everyone who knows that
 * knows its id.
 */

/** `webUrl` is the article's own address, or the original one where it has no other. */
export function articleIdOf(webUrl: string): string {
  return deriveId('article', canonicalUrl(webUrl));
}

export function addressIdOf(url: string): string {
  return deriveId('address', canonicalUrl(url));
}

export function providerIdOf(domain: string): string {
  return deriveId('provider', domain.toLowerCase());
}

/** Names that slug alike are one topic. */
export function topicIdOf(name: string): string {
  return deriveId('topic', slug(name));
}

export function imageIdOf(url: string): string {
  return deriveId('image', canonicalUrl(url));
}
