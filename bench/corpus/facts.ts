import type { Document } from '../../src/content/documents/document.ts';

/** What is known of a corpus without any code that is being measured. */
export interface CorpusFacts {
  readonly documents: number;
  /** Documents with `published: true`: one a story. */
  readonly published: number;
  /** Articles that have a document or are known as related stories: the same in both perspectives. */
  readonly articles: number;
  /** Entries of all related lists as written, repeated mentions included. */
  readonly relatedEntries: number;
  /** Pairs of an article and another that its list names, each counted once. */
  readonly relatedEdges: number;
  /** Those of them that published documents tell. */
  readonly publishedEdges: number;
  /** Distinct provider domains, of related stories too. */
  readonly providers: number;
  /** Of all files together. */
  readonly bytes: number;
}

/** Counts a corpus while it is made. */
export class Tally {
  #documents = 0;
  #published = 0;
  #articles = 0;
  #relatedEntries = 0;
  #relatedEdges = 0;
  #publishedEdges = 0;
  #bytes = 0;
  readonly #domains = new Set<string>();

  add({ published, related, provider }: Document, bytes: number): void {
    const entries = related ?? [];
    const others = new Set(entries.map((entry) => entry.webUrl ?? entry.originalUrl)).size;
    this.#documents++;
    this.#bytes += bytes;
    this.#relatedEntries += entries.length;
    this.#relatedEdges += others;
    if (!published) return;
    // The list of the article that leads a story names all the others.
    this.#published++;
    this.#publishedEdges += others;
    this.#articles += 1 + others;
    for (const { domain } of [provider, ...entries.map((entry) => entry.provider)]) this.#domains.add(domain);
  }

  facts(): CorpusFacts {
    return {
      documents: this.#documents,
      published: this.#published,
      articles: this.#articles,
      relatedEntries: this.#relatedEntries,
      relatedEdges: this.#relatedEdges,
      publishedEdges: this.#publishedEdges,
      providers: this.#domains.size,
      bytes: this.#bytes,
    };
  }
}
