import { pino } from 'pino';
import type { Config } from '../config.ts';
import type { Database } from '../db/database.ts';
import { countMissingMigrations } from '../db/migrate.ts';
import { openDatabase } from '../db/open.ts';
import { Failure } from '../failure.ts';
import { createServer } from '../server.ts';
import { listen } from './listen.ts';
import { untilSignal } from './signals.ts';

/** The production server. Ends at a signal, when the requests under way are answered. */
export async function runServe(config: Config): Promise<number> {
  const stopped = untilSignal();
  const logger = pino({ level: config.logLevel });
  const database = await openDatabase(config);
  try {
    await refuseUnready(database);
    const { previewTokens, cacheBytes } = config;
    const server = createServer({ database, logger, anonymous: 'PUBLISHED', previewTokens, cacheBytes });
    // Until it hears of commits, each operation asks for the content version: it need not wait.
    void database.listen();
    const listener = await listen(server, config);
    logger.info({ origin: listener.origin, database: database.name }, 'listening');
    await stopped;
    logger.info('stopping');
    await listener.close();
    return 0;
  } finally {
    await database.close();
  }
}

async function refuseUnready(database: Database): Promise<void> {
  const missing = await countMissingMigrations(database).catch((error: unknown) => {
    throw new Failure(`cannot reach ${database.name} (${reasonOf(error)}): start it, or correct DATABASE_URL`);
  });
  if (missing > 0) throw new Failure(`${database.name} lacks ${missing} migration(s): run npm run migrate`);
}

function reasonOf(error: unknown): string {
  const cause = (error as Error).cause ?? error;
  return (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
}
