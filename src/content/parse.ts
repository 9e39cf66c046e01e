import { readFile } from 'node:fs/promises';
import { type ContentRows, documentIdOf, toContentRows } from './content-rows.ts';
import { readFrontMatter } from './front-matter.ts';
import { Rejection } from './rejection.ts';
import type { RejectedFile } from './report.ts';
import { type FoundFile, unreadable } from './scan.ts';
import { countUnknownKeys, type KeyCounts } from './unknown-keys.ts';
import { toDocument } from './validate.ts';

const MAX_BYTES = 2_000_000;

/** A file to be read, and the document that it held before, if any. */
export interface ParseTask extends FoundFile {
  readonly before: string | undefined;
}

/** What a file turned out to hold. */
export type Parsed =
  | { readonly file: FoundFile; readonly documentId: string }
  | { readonly file: FoundFile; readonly rejected: RejectedFile };

/** What came of a batch of files. Plain data, so that it can cross from a worker thread. */
export interface ParsedBatch {
  readonly files: readonly Parsed[];
  /** The new content as JSON arrays: ready to be sent, and cheap to hand over. */
  readonly claims: string;
  readonly related: string;
  readonly documents: string;
  readonly unknownKeys: KeyCounts;
}

/** Reads, checks and converts files. A file's own faults end in its `rejected`; nothing is thrown for them. */
export async function parseFiles(tasks: readonly ParseTask[]): Promise<ParsedBatch> {
  const files: Parsed[] = [];
  const content: ContentRows[] = [];
  const unknownKeys: KeyCounts = {};
  for (const { before, ...file } of tasks) {
    try {
      const bytes = await readBytes(file);
      const documentId = documentIdOf(bytes);
      if (documentId !== before) {
        const document = toDocument(readFrontMatter(bytes));
        countUnknownKeys(document, unknownKeys);
        content.push(toContentRows(documentId, document));
      }
      files.push({ file, documentId });
    } catch (error) {
      files.push({ file, rejected: toRejectedFile(file.path, error) });
    }
  }
  return { files, unknownKeys, ...toJson(content) };
}

export function toRejectedFile(path: string, error: unknown): RejectedFile {
  const { code, message, place } = error instanceof Rejection ? error : unreadable(error);
  return { path, ...place, code, message };
}

function readBytes({ path, size }: FoundFile): Promise<Buffer> {
  if (size > MAX_BYTES) throw new Rejection('FILE_TOO_LARGE', `expected at most ${MAX_BYTES} bytes, got ${size}`);
  return readFile(path);
}

function toJson(content: readonly ContentRows[]) {
  // Files of one story lie together and list the same stories, so most claims of a batch are repeats.
  const claims = new Map(content.flatMap((rows) => rows.claims.map((claim) => [claim.id, claim])));
  return {
    claims: JSON.stringify([...claims.values()]),
    related: JSON.stringify(content.map((rows) => rows.related)),
    documents: JSON.stringify(content.map((rows) => rows.document)),
  };
}
