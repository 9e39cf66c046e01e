import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Document } from '../src/content/documents/document.ts';
import { Draws } from './corpus/draws.ts';
import { type CorpusFacts, Tally } from './corpus/facts.ts';
import { toMarkdown } from './corpus/front-matter.ts';
import { storyDocuments, storySize } from './corpus/story.ts';
import { slugOf } from './corpus/words.ts';

export interface CorpusOptions {
  /** How many files. */
  readonly documents: number;
  /** Another whole number makes another corpus. 1 unless told. */
  readonly seed?: number;
}

export interface GeneratedDocument {
  /** From the corpus' folder, with forward slashes. */
  readonly path: string;
  /** To be read only: the documents of a story share their related entries. */
  readonly document: Document;
  /** The file's text: the document as YAML front matter. */
  readonly markdown: string;
}

/** Writes the corpus below `folder` (made if need be) as Markdown files; returns what a test can count on. */
export async function writeCorpus(folder: string, options: CorpusOptions): Promise<CorpusFacts> {
  const tally = new Tally();
  let made = '';
  for (const { path, document, markdown } of generateCorpus(options)) {
    const file = join(folder, path);
    if (dirname(file) !== made) {
      made = dirname(file);
      await mkdir(made, { recursive: true });
    }
    await writeFile(file, markdown);
    tally.add(document, Buffer.byteLength(markdown));
  }
  return tally.facts();
}

/** The documents one by one, story by story. The same options give the same bytes on every machine. */
export function* generateCorpus({ documents, seed = 1 }: CorpusOptions): Generator<GeneratedDocument> {
  let made = 0;
  for (let number = 0; made < documents; number++) {
    const size = Math.min(storySize(seed, number), documents - made);
    for (const document of storyDocuments(new Draws(seed, number), number, size)) {
      yield { path: pathOf(document, made), document, markdown: toMarkdown(document) };
      made++;
    }
  }
}

/** At most 1,000 files a folder. */
function pathOf(document: Document, number: number): string {
  const folder = String(Math.floor(number / 1000)).padStart(2, '0');
  return `${folder}/${document.publishedDateTime.slice(0, 10)}-${slugOf(document.title)}-${number}.md`;
}
