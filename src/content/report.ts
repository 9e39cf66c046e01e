import type { KeyCounts } from './documents/unknown-keys.ts';
import type { RejectedFile } from './files/rejection.ts';

/** What a sync did, in files. */
export interface SyncReport {
  added: number;
  changed: number;
  unchanged: number;
  removed: number;
  readonly rejected: RejectedFile[];
  /**
   * Of the files that were read, the keys that we have no field for. They are kept with the
   * document.
   */
  readonly unknownKeys: KeyCounts;
  /** How long each phase took, in seconds. */
  readonly seconds: { scan: number; read: number; commit: number };
}

export function emptyReport(): SyncReport {
  return {
    added: 0,
    changed: 0,
    unchanged: 0,
    removed: 0,
    rejected: [],
    unknownKeys: {},
    seconds: { scan: 0, read: 0, commit: 0 },
  };
}

/** One line for the counts, then one for each rejected file. */
export function formatReport({ added, changed, unchanged, removed, rejected }: SyncReport): string {
  const counts = `${added} added, ${changed} changed, ${unchanged} unchanged, ${removed} removed, ${rejected.length} rejected`;
  return [counts, ...rejected.map(formatRejected)].join('\n');
}

/** The counts with what a person may want to know besides: unknown keys and seconds. */
export function formatFullReport(report: SyncReport): string {
  const { unknownKeys, seconds } = report;
  const keys = Object.entries(unknownKeys).map(([key, n]) => `${key} (${n})`);
  const lines = [formatReport(report), `scan ${seconds.scan} s, read ${seconds.read} s, commit ${seconds.commit} s`];
  if (keys.length > 0) lines.push(`keys kept without a field of their own: ${keys.join(', ')}`);
  return lines.join('\n');
}

export function formatRejected({ path, line, column, code, message }: RejectedFile): string {
  return `${path}:${line}:${column} ${code} ${message}`;
}
