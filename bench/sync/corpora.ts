import { existsSync } from 'node:fs';
import { cp, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CorpusFacts } from '../corpus/facts.ts';
import { writeCorpus } from '../corpus.ts';

/** A folder of documents, the bench's own to change. */
export interface Corpus {
  readonly name: string;
  readonly folder: string;
  readonly documents: number;
  /** What a sync of it must come to; null if nobody counted. */
  readonly facts: CorpusFacts | null;
  /** A published document that may be retitled. */
  readonly sample: string;
}

const SHARED = process.env['CORPUS_DIR'] ?? '../shared/corpus';

/** A copy of the shared corpus in `folder`, or null where there is none. */
export async function copyShared(folder: string): Promise<Corpus | null> {
  if (!existsSync(SHARED)) return null;
  await cp(SHARED, folder, { recursive: true });
  return settle('shared', folder, null);
}

export async function generate(folder: string, documents: number): Promise<Corpus> {
  const facts = await writeCorpus(folder, { documents });
  return settle(`${documents.toLocaleString('en')} generated`, folder, facts);
}

async function settle(name: string, folder: string, facts: CorpusFacts | null): Promise<Corpus> {
  const names = await readdir(folder, { recursive: true });
  const files = names.filter((file) => file.endsWith('.md')).map((file) => join(folder, file));
  for (const file of files) await utimes(file, LONG_AGO, LONG_AGO);
  return { name, folder, documents: files.length, facts, sample: await largestPublished(files) };
}

/** Sync does not trust the time of a file that was saved within the last two seconds, so these are older. */
const LONG_AGO = Math.trunc(Date.now() / 1000) - 3600;

/** It leads the largest story or nearly so: no change of one file touches more. */
async function largestPublished(files: readonly string[]): Promise<string> {
  const sized = await Promise.all(files.map(async (file) => ({ file, size: (await stat(file)).size })));
  for (const { file } of sized.sort((a, b) => b.size - a.size)) {
    if (/^published: true$/m.test(await readFile(file, 'utf8'))) return file;
  }
  throw new Error('expected a corpus with a published document, got none');
}

let saved = 0;

/** Gives a document another headline. */
export async function retitle(file: string, title: string): Promise<void> {
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/^title: .*$/m, `title: ${JSON.stringify(title)}`));
  const time = LONG_AGO + ++saved;
  await utimes(file, time, time);
}
