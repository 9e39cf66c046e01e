import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { Logger } from 'pino';
import { Catalogs } from './catalog/catalogs.ts';
import { createContext, type RequestContext } from './context.ts';
import type { Database } from './db/database.ts';
import { countMissingMigrations } from './db/migrate.ts';
import type { PerspectiveName } from './db/perspective.ts';
import { createDoor, type DoorOptions } from './door.ts';
import { graphiql, renderGraphiQL } from './graphiql.ts';
import { useArgumentChecks } from './plugins/argument-checks.ts';
import { useConsistentReads } from './plugins/consistent-reads.ts';
import { useDoor } from './plugins/door.ts';
import { useReferenceEngine } from './plugins/engine.ts';
import { useMetrics } from './plugins/metrics.ts';
import { useReadiness } from './plugins/readiness.ts';
import { schema } from './schema.ts';

export interface ServerOptions extends DoorOptions {
  readonly database: Database;
  readonly logger: Logger;
}

export type Server = YogaServerInstance<object, RequestContext>;

/** The whole API as a function from requests to responses. It does not listen: callers do, or call `fetch`. */
export function createServer({ database, logger, ...doorOptions }: ServerOptions): Server {
  const door = createDoor(doorOptions);
  const catalogs = new Catalogs(database);
  const read = async (perspective: PerspectiveName) =>
    createContext(database, perspective, await catalogs.current(perspective));
  return createYoga<object, RequestContext>({
    schema,
    context: ({ request }) => ({ perspective: door(request) }),
    graphiql,
    renderGraphiQL,
    landingPage: false,
    healthCheckEndpoint: '/health',
    multipart: false,
    batching: false,
    cors: doorOptions.anonymous === 'PREVIEW' ? loopbackOnly : { origin: '*', credentials: false },
    maskedErrors: { isDev: false },
    logging: {
      debug: (...args) => logger.debug(args),
      info: (...args) => logger.info(args),
      warn: (...args) => logger.warn(args),
      error: (...args) => logger.error(args.length === 1 ? args[0] : args),
    },
    plugins: [
      useReferenceEngine(),
      useConsistentReads({ begin: read, expire: () => catalogs.expire() }),
      useMetrics(),
      useReadiness(async () => (await countMissingMigrations(database)) === 0),
      useDoor(door),
      useArgumentChecks(),
    ],
  });
}

/** Where drafts are shown without a token, only pages served from this machine may read them. */
function loopbackOnly(request: Request) {
  const origin = request.headers.get('origin') ?? '';
  const local = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin);
  return local ? { origin, credentials: false } : (false as const);
}
