import type { Config } from '../config.ts';
import { formatReport } from '../content/report.ts';
import { sync } from '../content/sync.ts';
import { watchFolders } from '../content/watch.ts';
import type { Database } from '../db/database.ts';
import { migrate } from '../db/migrate.ts';
import { openDatabase } from '../db/open.ts';
import { Failure } from '../failure.ts';
import { untilSignal } from './signals.ts';

export interface SyncCommand {
  readonly folders: readonly string[];
  readonly dryRun: boolean;
  readonly prune: boolean;
  readonly watch: boolean;
  readonly json: boolean;
  readonly strict: boolean;
}

export async function runSync(config: Config, command: SyncCommand): Promise<number> {
  if (command.folders.length === 0) throw new Failure('expected the folders to sync, got none: npm run sync -- DIR…');
  const database = await openDatabase(config);
  try {
    await migrate(database);
    const code = await syncOnce(database, command);
    if (command.watch) await syncOnChange(database, command);
    return code;
  } finally {
    await database.close();
  }
}

async function syncOnce(database: Database, command: SyncCommand): Promise<number> {
  const { folders, json, strict } = command;
  const report = await sync(database, folders, command);
  console.log(json ? JSON.stringify(report) : formatReport(report));
  return strict && report.rejected.length > 0 ? 1 : 0;
}

async function syncOnChange(database: Database, command: SyncCommand): Promise<void> {
  const watcher = await watchFolders(command.folders, async () => {
    await syncOnce(database, command);
  });
  await untilSignal();
  await watcher.close();
}
