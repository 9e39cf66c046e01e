import type { Document } from './document.ts';
import { documentSchema, relatedEntrySchema } from './document.ts';

/** How often each key came that we have no field for: `{ locale: 3, "related[].source": 12 }`. */
export type KeyCounts = Record<string, number>;

const DOCUMENT_KEYS = new Set(Object.keys(documentSchema.shape));
const ENTRY_KEYS = new Set(Object.keys(relatedEntrySchema.shape));

/** Adds a document's unknown keys to `counts`. */
export function countUnknownKeys(document: Document, counts: KeyCounts): void {
  count(document, DOCUMENT_KEYS, '', counts);
  for (const entry of document.related ?? []) count(entry, ENTRY_KEYS, 'related[].', counts);
}

/** What of a related entry has no field of its own, or null. */
export function unknownKeysOf(entry: object): Record<string, unknown> | null {
  const unknown = Object.entries(entry).filter(([key]) => !ENTRY_KEYS.has(key));
  return unknown.length > 0 ? Object.fromEntries(unknown) : null;
}

/** `from` into `into`. */
export function addCounts(into: KeyCounts, from: KeyCounts): void {
  for (const [key, n] of Object.entries(from)) into[key] = (into[key] ?? 0) + n;
}

function count(value: object, known: ReadonlySet<string>, prefix: string, counts: KeyCounts): void {
  for (const key of Object.keys(value)) {
    if (!known.has(key)) addCounts(counts, { [prefix + key]: 1 });
  }
}
