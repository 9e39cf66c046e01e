import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { badRequest, documentNotFound, documentNotTrusted } from '../../graph/errors.ts';
import type { Manifest } from './manifest.ts';

/** How a request names or holds its document. */
export interface DocumentSource {
  readonly query?: string | null | undefined;
  /** GraphQL over HTTP, Persisted Documents. */
  readonly documentId?: unknown;
  /** `persistedQuery: { version: 1, sha256Hash }`: Automatic Persisted Queries. */
  readonly extensions?: Readonly<Record<string, unknown>> | null | undefined;
}

export interface PersistedOptions {
  readonly manifest: Manifest;
  /** Admits nothing but what the manifest holds. */
  readonly isStrict: boolean;
}

const MAX_DOCUMENTS = 1_000;
const MAX_CHARACTERS = 2_000_000;

/**
 * Documents that clients call by name: those of the manifest, and, unless it is strict, those that
 * they have sent once.
 */
export class PersistedDocuments {
  readonly #manifest: Manifest;
  readonly #texts: ReadonlySet<string>;
  readonly #isStrict: boolean;
  readonly #sent = new LRUCache<string, string>({
    max: MAX_DOCUMENTS,
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (text) => text.length + 1,
  });

  constructor({ manifest, isStrict }: PersistedOptions) {
    this.#manifest = manifest;
    this.#texts = new Set(manifest.values());
    this.#isStrict = isStrict;
  }

  /**
   * The text of the document that a request asks for; undefined if it neither names nor holds one.
   * Throws `PERSISTED_QUERY_NOT_FOUND`, `DOCUMENT_NOT_TRUSTED` and, for a hash that is another
   * text's, `BAD_REQUEST`.
   */
  textOf(source: DocumentSource): string | undefined {
    const query = source.query ?? undefined;
    const id = idIn(source);
    if (id === undefined) return query === undefined ? undefined : this.#trusted(query);
    return query === undefined ? this.#named(id) : this.#sentAs(id, query);
  }

  #named(id: string): string {
    const text = this.#manifest.get(id) ?? this.#manifest.get(hexOf(id)) ?? this.#sent.get(hexOf(id));
    if (text === undefined) throw documentNotFound();
    return text;
  }

  #sentAs(id: string, query: string): string {
    const text = this.#trusted(query);
    if (this.#texts.has(text)) return text;
    if (createHash('sha256').update(query).digest('hex') !== hexOf(id)) {
      throw badRequest('expected the SHA-256 of the query in hex as its id, got that of something else');
    }
    this.#sent.set(hexOf(id), query);
    return text;
  }

  #trusted(query: string): string {
    if (this.#isStrict && !this.#texts.has(query)) throw documentNotTrusted();
    return query;
  }
}

function idIn({ documentId, extensions }: DocumentSource): string | undefined {
  const persisted = extensions?.['persistedQuery'];
  if (persisted === undefined || persisted === null) return documentId == null ? undefined : idOf(documentId);
  const { version, sha256Hash } = persisted as Record<string, unknown>;
  if (version !== 1) throw badRequest('expected version 1 of persistedQuery, got another');
  return idOf(sha256Hash);
}

function idOf(value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw badRequest('expected the id of a document as a text, got something else');
}

function hexOf(id: string): string {
  return id.replace(/^sha256:/, '').toLowerCase();
}
