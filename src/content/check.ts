import { parseAll } from './documents/parse-pool.ts';
import type { RejectedFile } from './files/rejection.ts';
import { scanFolder } from './files/scan.ts';

/** What a sync of these folders would reject, found without a database. */
export interface CheckReport {
  checked: number;
  readonly rejected: RejectedFile[];
}

/** Reads and checks every file of `folders`, and keeps nothing. */
export async function checkFolders(folders: readonly string[], threads = 1): Promise<CheckReport> {
  const report: CheckReport = { checked: 0, rejected: [] };
  for (const folder of folders) {
    const { files, rejected } = await scanFolder(folder);
    report.rejected.push(...rejected);
    report.checked += files.length + rejected.length;
    for await (const batch of parseAll(files, threads)) {
      for (const parsed of batch.files) if ('rejected' in parsed) report.rejected.push(parsed.rejected);
    }
  }
  report.rejected.sort((a, b) => (a.path < b.path ? -1 : 1));
  return report;
}
