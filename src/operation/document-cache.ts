import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

const MAX_DOCUMENTS = 1_000;
/** Of text; a parsed document takes some twenty times as much. */
const MAX_CHARACTERS = 2_000_000;

/**
 * GraphQL documents that have been found valid, by their text: neither parsed nor validated again.
 */
export class DocumentCache {
  readonly #known = new LRUCache<string, DocumentNode>({
    max: MAX_DOCUMENTS,
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (_document, text) => text.length + 1,
  });

  get(text: string): DocumentNode | undefined {
    return this.#known.get(text);
  }

  remember(text: string, document: DocumentNode): void {
    this.#known.set(text, document);
  }
}
