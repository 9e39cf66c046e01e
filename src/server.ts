import type { IncomingMessage, ServerResponse } from 'node:http';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { RequestContext } from './context.ts';
import { corsFor } from './cors.ts';
import type { Database } from './db/database.ts';
import { countMissingMigrations } from './db/migrate.ts';
import { Documents } from './documents.ts';
import { createDoor, type DoorOptions, visitorOf } from './door.ts';
import { graphiql, renderGraphiQL } from './graphiql.ts';
import { AnswerCache } from './lane/answer-cache.ts';
import { createLane } from './lane/lane.ts';
import { DEFAULT_LIMITS, type Limits } from './limits/limits.ts';
import { Metrics } from './metrics.ts';
import { Plans } from './plans.ts';
import { useAnswers } from './plugins/answers.ts';
import { useConsistentReads } from './plugins/consistent-reads.ts';
import { useCors } from './plugins/cors.ts';
import { useDocuments } from './plugins/documents.ts';
import { useDoor } from './plugins/door.ts';
import { useMetrics } from './plugins/metrics.ts';
import { useOperations } from './plugins/operations.ts';
import { useReadiness } from './plugins/readiness.ts';
import { Reads } from './reads.ts';
import { schema } from './schema.ts';

export interface ServerOptions extends DoorOptions {
  readonly database: Database;
  readonly logger: Logger;
  /** How many bytes of published answers are kept; 0: none. 32 MB unless told. */
  readonly cacheBytes?: number;
  /** Whether plain requests take the express lane: they do, unless told. Its answers are the same to the byte, and sooner. */
  readonly lane?: boolean;
  /** Those not given are `DEFAULT_LIMITS`. */
  readonly limits?: Partial<Limits>;
}

/** The whole API: as a function from requests to responses, and for `node:http`. */
export interface Server {
  readonly fetch: YogaServerInstance<object, RequestContext>['fetch'];
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

const DEFAULT_CACHE_BYTES = 32_000_000;

/** Never listens: callers do, or call `fetch`. */
export function createServer({
  database,
  logger,
  cacheBytes = DEFAULT_CACHE_BYTES,
  lane: hasLane = true,
  limits: givenLimits = {},
  ...doorOptions
}: ServerOptions): Server {
  const door = createDoor(doorOptions);
  const documents = new Documents();
  const limits = { ...DEFAULT_LIMITS, ...givenLimits };
  const plans = new Plans(schema, limits.maxCost);
  const reads = new Reads(database);
  const cors = corsFor(doorOptions.anonymous);
  const metrics = new Metrics();
  const cache = new AnswerCache(cacheBytes);
  const yoga = createYoga<object, RequestContext>({
    schema,
    context: ({ request }) => ({ perspective: door(visitorOf(request)) }),
    graphiql,
    renderGraphiQL,
    landingPage: false,
    healthCheckEndpoint: '/health',
    multipart: false,
    batching: false,
    cors: false,
    parserAndValidationCache: false,
    maxRequestBodySize: limits.maxBodyBytes,
    maskedErrors: { isDev: false },
    logging: {
      debug: (...args) => logger.debug(args),
      info: (...args) => logger.info(args),
      warn: (...args) => logger.warn(args),
      error: (...args) => logger.error(args.length === 1 ? args[0] : args),
    },
    plugins: [
      useDocuments(documents, limits),
      useOperations(plans),
      useConsistentReads(reads),
      useMetrics(metrics),
      useReadiness(async () => (await countMissingMigrations(database)) === 0),
      useDoor(door),
      useAnswers({ reads, cache }),
      useCors(cors),
    ],
  });
  const lane = createLane({ door, documents, plans, reads, cache, cors, metrics });
  return {
    fetch: yoga.fetch,
    async handle(request, response) {
      if (!hasAddress(request)) response.writeHead(400).end();
      else if (!hasLane || !(await lane(request, response))) await yoga(request, response);
    },
  };
}

/** Whether host and path make up an address: where they do not, HTTP wants 400 (RFC 9112, 3.2). */
function hasAddress({ headers: { host = 'localhost' }, url = '' }: IncomingMessage): boolean {
  return /^[\w.:[\]-]+$/.test(host) && url.startsWith('/') && URL.canParse(`http://${host}${url}`);
}
