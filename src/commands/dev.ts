import { pino } from 'pino';
import type { Config } from '../config.ts';
import { watchFolders } from '../content/files/watch.ts';
import { formatReport } from '../content/report.ts';
import { sync } from '../content/sync.ts';
import type { Database } from '../db/database.ts';
import { migrate } from '../db/migrate.ts';
import { openDatabase } from '../db/open.ts';
import { createServer } from '../http/server.ts';
import { listen } from './listen.ts';
import { PreviewTokens } from './preview-tokens.ts';
import { untilSignal } from './signals.ts';

/**
 * The development server: an embedded database, drafts visible, files watched. Ends at a signal.
 */
export async function runDev(config: Config): Promise<number> {
  const stopped = untilSignal();
  say(`opening the database in ${config.dataDir} (the first time takes some seconds)`);
  const database = await openDatabase(config);
  try {
    await migrate(database);
    await serveUntil(stopped, database, config);
    return 0;
  } finally {
    await database.close();
  }
}

async function serveUntil(stopped: Promise<unknown>, database: Database, config: Config): Promise<void> {
  const logger = pino({ level: config.logLevel });
  const tokens = new PreviewTokens(config, logger);
  const server = createServer({ database, logger, anonymous: 'PREVIEW', previewTokens: tokens.hashes() });
  tokens.keepUpToDate(server);
  const watcher = await watchFolders([config.contentDir], () => syncAndSay(database, config));
  const listener = await listen(server, config).catch(async (error) => {
    await watcher.close();
    throw error;
  });
  say(`ready: open ${listener.origin}/graphql in a browser (drafts are shown; Ctrl-C stops)`);
  await stopped;
  say('stopping');
  await watcher.close();
  server.drain();
  await listener.close();
}

async function syncAndSay(database: Database, { contentDir: folder, workers }: Config): Promise<void> {
  try {
    say(`reading ${folder}: ${formatReport(await sync(database, [folder], { patient: true, threads: workers }))}`);
  } catch (error) {
    // While watching, a folder may be gone for a moment: the next change finds it again.
    say(`reading ${folder} failed: ${(error as Error).message}`);
  }
}

function say(line: string): void {
  console.log(`newsgraph: ${line}`);
}
