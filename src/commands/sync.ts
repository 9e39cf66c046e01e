import { setFlagsFromString } from 'node:v8';
import type { Config } from '../config.ts';
import { checkFolders } from '../content/check.ts';
import { formatFullReport, formatRejected } from '../content/report.ts';
import { sync } from '../content/sync.ts';
import type { Database } from '../db/database.ts';
import { migrate } from '../db/migrate.ts';
import { openDatabase } from '../db/open.ts';
import { Failure } from '../lib/failure.ts';
import { showProgress } from './progress.ts';
import { untilSignal } from './signals.ts';

export interface SyncCommand {
  readonly folders: readonly string[];
  readonly check: boolean;
  readonly dryRun: boolean;
  readonly prune: boolean;
  readonly watch: boolean;
  readonly json: boolean;
  readonly strict: boolean;
}

/** Gives 0, or 1 if a file was rejected and `strict` or `check` minds that. */
export async function runSync(config: Config, command: SyncCommand): Promise<number> {
  if (command.folders.length === 0) throw new Failure('expected the folders to sync, got none: npm run sync -- DIR…');
  setFlagsFromString(FRUGAL);
  if (command.check) return runCheck(config, command);
  const database = await openDatabase(config);
  try {
    await migrate(database);
    return await (command.watch ? syncOnChange(database, config, command) : syncOnce(database, config, command));
  } finally {
    await database.close();
  }
}

/**
 * Garbage is collected when the heap is a third larger than what lives in it: else it grows for as
 * long as a sync runs.
 */
const FRUGAL = '--heap-growing-percent=33';

async function runCheck({ workers }: Config, { folders, json }: SyncCommand): Promise<number> {
  const report = await checkFolders(folders, workers);
  const lines = [
    `${report.checked} checked, ${report.rejected.length} rejected`,
    ...report.rejected.map(formatRejected),
  ];
  console.log(json ? JSON.stringify(report) : lines.join('\n'));
  return report.rejected.length > 0 ? 1 : 0;
}

async function syncOnce(database: Database, { workers }: Config, command: SyncCommand): Promise<number> {
  const { folders, prune, dryRun, watch, json, strict } = command;
  const progress = await showProgress();
  const options = { prune, dryRun, patient: watch, threads: workers, onProgress: progress.onProgress };
  const report = await sync(database, folders, options).finally(progress.stop);
  console.log(json ? JSON.stringify(report) : formatFullReport(report));
  return strict && report.rejected.length > 0 ? 1 : 0;
}

async function syncOnChange(database: Database, config: Config, command: SyncCommand): Promise<number> {
  const stopped = untilSignal();
  const { watchFolders } = await import('../content/files/watch.ts');
  const watcher = await watchFolders(command.folders, async () => {
    // Watching goes on after a sync that failed: the next change is another chance.
    await syncOnce(database, config, command).catch((error: Error) => console.error(`newsgraph: ${error.message}`));
  });
  await stopped;
  await watcher.close();
  return 0;
}
