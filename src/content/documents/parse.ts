import { readFileSync } from 'node:fs';
import { type RejectedFile, Rejection, toRejectedFile } from '../files/rejection.ts';
import type { FoundFile } from '../files/scan.ts';
import { type ClaimRow, type ContentRows, documentIdOf, toContentRows } from './content-rows.ts';
import { readFrontMatter } from './front-matter.ts';
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
  readonly documents: string;
  readonly unknownKeys: KeyCounts;
}

/**
 * Reads, checks and converts files. What is wrong with a file goes into `rejected`; nothing is
 * thrown. Claims whose ids are in `known` are left out, and those of this batch are added to it.
 */
export function parseFiles(tasks: readonly ParseTask[], known: Set<string> = new Set()): ParsedBatch {
  const files: Parsed[] = [];
  const content: ContentRows[] = [];
  const unknownKeys: KeyCounts = {};
  for (const { before, ...file } of tasks) {
    try {
      const bytes = readBytes(file);
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
  return { files, unknownKeys, ...toJson(content, known) };
}

/**
 * Whoever parses a file can do nothing else meanwhile, so it need not be called back when the file
 * has been read.
 */
function readBytes({ path, size }: FoundFile): Buffer {
  if (size > MAX_BYTES) throw new Rejection('FILE_TOO_LARGE', `expected at most ${MAX_BYTES} bytes, got ${size}`);
  return readFileSync(path);
}

function toJson(content: readonly ContentRows[], known: Set<string>) {
  const isNew = ({ id }: ClaimRow) => !known.has(id) && known.add(id);
  return {
    claims: JSON.stringify(content.flatMap((rows) => rows.claims.filter(isNew))),
    documents: JSON.stringify(content.map((rows) => rows.document)),
  };
}
