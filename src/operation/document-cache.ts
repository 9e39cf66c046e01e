import { type DocumentNode, validate } from 'graphql';
import { LRUCache } from 'lru-cache';
import { schema } from '../graph/schema.ts';
import { parseWithin } from './limits/document-limits.ts';
import type { Limits } from './limits/limits.ts';

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

  /** Also one that is seen for the first time. Throws what is wrong with it, or gives nothing. */
  validated(text: string, limits: Limits): DocumentNode | undefined {
    const known = this.get(text);
    if (known) return known;
    const document = parseWithin(limits, text);
    if (validate(schema, document).length > 0) return undefined;
    this.remember(text, document);
    return document;
  }

  remember(text: string, document: DocumentNode): void {
    this.#known.set(text, document);
  }
}
