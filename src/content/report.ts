import type { RejectionCode } from './rejection.ts';

export interface RejectedFile {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly code: RejectionCode;
  readonly message: string;
}

/** What a sync did, in files. */
export interface SyncReport {
  added: number;
  changed: number;
  unchanged: number;
  removed: number;
  readonly rejected: RejectedFile[];
}

export function emptyReport(): SyncReport {
  return { added: 0, changed: 0, unchanged: 0, removed: 0, rejected: [] };
}

/** One line for the counts, one for each rejected file. */
export function formatReport({ added, changed, unchanged, removed, rejected }: SyncReport): string {
  const counts = `${added} added, ${changed} changed, ${unchanged} unchanged, ${removed} removed, ${rejected.length} rejected`;
  const lines = rejected.map(({ path, line, column, code, message }) => `${path}:${line}:${column} ${code} ${message}`);
  return [counts, ...lines].join('\n');
}
