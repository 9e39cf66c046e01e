import { setTimeout as sleep } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import type { Config } from '../config.ts';
import type { Database } from '../db/database.ts';
import { countMissingMigrations } from '../db/migrate.ts';
import { openDatabase } from '../db/open.ts';
import { schema } from '../graph/schema.ts';
import { readManifest } from '../http/persisted/manifest.ts';
import type { RateLimit } from '../http/rate-limit/rate-limit.ts';
import { createServer, type Server } from '../http/server.ts';
import { toTrustedProxies } from '../lib/client-address.ts';
import { Failure } from '../lib/failure.ts';
import { type Listener, listen } from './listen.ts';
import { PreviewTokens } from './preview-tokens.ts';
import { untilSignal } from './signals.ts';

/**
 * For so long a server that is to end still takes requests, and says that it is not ready: so
 * balancers hear of it.
 */
const NOTICE_MS = 1_000;

/** The production server. Ends at a signal, when the requests under way are answered. */
export async function runServe(config: Config): Promise<number> {
  const stopped = untilSignal();
  const logger = pino({ level: config.logLevel });
  const database = await openDatabase(config);
  const rateLimit = await rateLimitOf(config, logger);
  try {
    await refuseUnmigrated(database, logger);
    const tokens = new PreviewTokens(config, logger);
    const given = { previewTokens: tokens.hashes(), database, logger, ...(rateLimit && { rateLimit }) };
    const server = createServer({ ...optionsOf(config), ...given });
    tokens.keepUpToDate(server);
    // Until it hears of commits, each operation asks for the content version: it need not wait.
    void database.listen();
    const listener = await listen(server, config);
    logger.info({ origin: listener.origin, database: database.name }, 'listening');
    const signal = await stopped;
    logger.info({ signal }, 'stopping');
    if (!(await stop(server, listener, config))) logger.warn('requests were cut off: GRACE_SECONDS was not enough');
    return 0;
  } finally {
    rateLimit?.close();
    await database.close();
    // A statement that waits on the server's side would keep its connection open, and with it the
    // process.
    setTimeout(() => process.exit(), 1_000).unref();
  }
}

function optionsOf({ cacheBytes, limits, requestTimeout, maxSubscriptions, trustedDocuments, rateLimit }: Config) {
  const { manifest: path, isStrict } = trustedDocuments;
  const manifest = path === undefined ? new Map<string, string>() : readManifest(path, schema);
  return {
    ...{ cacheBytes, limits, requestTimeout, maxSubscriptions },
    anonymous: 'PUBLISHED',
    persisted: { manifest, isStrict },
    trustedProxies: toTrustedProxies(rateLimit.trustedProxies),
    shedsLoad: true,
  } as const;
}

async function rateLimitOf({ rateLimit: { points, redisUrl } }: Config, logger: Logger): Promise<RateLimit | null> {
  if (points === null) return null;
  const { createRateLimit } = await import('../http/rate-limit/rate-limit.ts');
  return createRateLimit({ points, redisUrl, logger });
}

async function stop(server: Server, listener: Listener, { graceSeconds }: Config): Promise<boolean> {
  server.drain();
  await sleep(Math.min(NOTICE_MS, graceSeconds * 1_000));
  return listener.close(graceSeconds);
}

/** A database that is away may come back: until then the server says that it is not ready. */
async function refuseUnmigrated(database: Database, logger: Logger): Promise<void> {
  const missing = await countMissingMigrations(database).catch((error: unknown) => {
    logger.error(`cannot reach ${database.name} (${reasonOf(error)}): start it, or correct DATABASE_URL`);
    return 0;
  });
  if (missing > 0) throw new Failure(`${database.name} lacks ${missing} migration(s): run npm run migrate`);
}

function reasonOf(error: unknown): string {
  const cause = (error as Error).cause ?? error;
  return (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
}
