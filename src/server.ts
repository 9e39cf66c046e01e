import type { IncomingMessage, ServerResponse } from 'node:http';
import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { Logger } from 'pino';
import type { RequestContext } from './context.ts';
import { corsFor } from './cors.ts';
import type { Database } from './db/database.ts';
import { countMissingMigrations } from './db/migrate.ts';
import { Deadline } from './deadline.ts';
import { Documents } from './documents.ts';
import { createDoor, type DoorOptions, visitorOf } from './door.ts';
import { graphiql, renderGraphiQL } from './graphiql.ts';
import { AnswerCache } from './lane/answer-cache.ts';
import { readBody } from './lane/body.ts';
import { type Arrived, createLane } from './lane/lane.ts';
import { DEFAULT_LIMITS, type Limits } from './limits/limits.ts';
import { createLive } from './live/create-live.ts';
import { DEFAULT_TIMINGS, type EventTimings } from './live/event-stream.ts';
import { Subscriptions } from './live/subscriptions.ts';
import { maskError } from './mask-error.ts';
import { Metrics } from './metrics.ts';
import { PersistedDocuments, type PersistedOptions } from './persisted/persisted-documents.ts';
import { Plans } from './plans.ts';
import { useAnswers } from './plugins/answers.ts';
import { useConsistentReads } from './plugins/consistent-reads.ts';
import { useCors } from './plugins/cors.ts';
import { useDocuments } from './plugins/documents.ts';
import { useDoor } from './plugins/door.ts';
import { useMetrics } from './plugins/metrics.ts';
import { useOperations } from './plugins/operations.ts';
import { usePlainRequests } from './plugins/plain-requests.ts';
import { usePressure } from './plugins/pressure.ts';
import { useEntryFee, useRateLimit } from './plugins/rate-limit.ts';
import { useReadiness } from './plugins/readiness.ts';
import { useSubscriptions } from './plugins/subscriptions.ts';
import { Pressure } from './pressure.ts';
import { createAdmission } from './rates/admission.ts';
import { type TrustedProxies, toTrustedProxies } from './rates/client-address.ts';
import type { RateLimit } from './rates/rate-limit.ts';
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
  /** In milliseconds: a request that takes longer is given up. Ten seconds unless told. */
  readonly requestTimeout?: number;
  /** Documents that clients call by name. None unless told. */
  readonly persisted?: PersistedOptions;
  /** What each client may cost. Unlimited unless told. */
  readonly rateLimit?: RateLimit;
  /** Who may say on whose behalf it asks. */
  readonly trustedProxies?: TrustedProxies;
  /** Whether requests are refused while the process cannot keep up with them. They are not, unless told. */
  readonly shedsLoad?: boolean;
  /** How many subscriptions may be open. 2,000 unless told. */
  readonly maxSubscriptions?: number;
  readonly eventTimings?: EventTimings;
}

/** The whole API: as a function from requests to responses, and for `node:http`. */
export interface Server {
  /** From now on `/ready` says no, so that no more requests are sent here. Subscriptions end. */
  readonly drain: () => void;
  /** From now on these are known, and no others: SHA-256 in lower-case hex. Subscriptions of those that are gone end. */
  readonly setPreviewTokens: (hashes: readonly string[]) => void;
  readonly fetch: YogaServerInstance<Partial<Arrived>, RequestContext>['fetch'];
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

const DEFAULT_CACHE_BYTES = 32_000_000;
const DEFAULT_REQUEST_TIMEOUT = 10_000;
const DEFAULT_MAX_SUBSCRIPTIONS = 2_000;

/** Never listens: callers do, or call `fetch`. */
export function createServer({
  database,
  logger,
  cacheBytes = DEFAULT_CACHE_BYTES,
  lane: hasLane = true,
  limits: givenLimits = {},
  requestTimeout = DEFAULT_REQUEST_TIMEOUT,
  persisted: persistedOptions = { manifest: new Map(), isStrict: false },
  rateLimit,
  trustedProxies = toTrustedProxies([]),
  shedsLoad = false,
  maxSubscriptions = DEFAULT_MAX_SUBSCRIPTIONS,
  eventTimings = DEFAULT_TIMINGS,
  ...doorOptions
}: ServerOptions): Server {
  const door = createDoor(doorOptions);
  const documents = new Documents();
  const limits = { ...DEFAULT_LIMITS, ...givenLimits };
  const plans = new Plans(schema, limits.maxCost);
  const reads = new Reads(database);
  const cors = corsFor(doorOptions.anonymous);
  const cache = new AnswerCache(cacheBytes);
  const persisted = new PersistedDocuments(persistedOptions);
  const admission = createAdmission(rateLimit ?? null, trustedProxies, door);
  const pressure = shedsLoad ? new Pressure() : null;
  const subscriptions = new Subscriptions(maxSubscriptions);
  const metrics = new Metrics(subscriptions);
  let isDraining = false;
  const yoga = createYoga<Partial<Arrived>, RequestContext>({
    schema,
    context: ({ request, deadline = new Deadline(requestTimeout) }) => ({
      perspective: door.perspectiveOf(visitorOf(request)),
      deadline,
    }),
    graphiql,
    renderGraphiQL,
    landingPage: false,
    healthCheckEndpoint: '/health',
    multipart: false,
    batching: false,
    cors: false,
    parserAndValidationCache: false,
    maxRequestBodySize: false,
    maskedErrors: { maskError },
    logging: {
      debug: (...args) => logger.debug(args),
      info: (...args) => logger.info(args),
      warn: (...args) => logger.warn(args),
      error: (...args) => logger.error(args.length === 1 ? args[0] : args),
    },
    plugins: [
      useDocuments(documents, limits),
      useOperations(plans),
      useSubscriptions(
        createLive({ subscriptions, plans, reads, cache, door, admission, requestTimeout }),
        eventTimings,
      ),
      useConsistentReads(reads),
      useMetrics(metrics),
      useReadiness(async () => !isDraining && (await countMissingMigrations(database)) === 0),
      ...(pressure ? [usePressure(pressure)] : []),
      ...(admission ? [useEntryFee(admission)] : []),
      usePlainRequests(persisted, limits.maxBodyBytes),
      useDoor(door),
      useAnswers({ reads, cache }),
      ...(admission ? [useRateLimit(admission, plans)] : []),
      useCors(cors),
    ],
  });
  const lane = createLane({ door, documents, plans, reads, cache, cors, metrics, persisted, admission });
  return {
    drain() {
      isDraining = true;
      subscriptions.close();
    },
    setPreviewTokens(hashes) {
      door.setPreviewTokens(hashes);
      subscriptions.review();
    },
    fetch: yoga.fetch,
    async handle(request, response) {
      if (!hasAddress(request)) return void response.writeHead(400).end();
      const deadline = new Deadline(requestTimeout, response);
      const isLaneOpen = hasLane && !pressure?.isHigh;
      try {
        const arrived = { deadline, ...(hasBody(request) && { body: await readBody(request, limits.maxBodyBytes) }) };
        if (arrived.body === null) response.setHeader('connection', 'close');
        if (!isLaneOpen || !(await lane(request, response, arrived))) await yoga(request, response, arrived);
      } catch (error) {
        // Whoever hung up while sending is not waiting for anything.
        if (deadline.isClientGone) return;
        logger.error(error);
        throw error;
      }
    },
  };
}

/** Of all other requests it is never looked at. */
function hasBody({ method, url = '' }: IncomingMessage): boolean {
  return method === 'POST' && /^\/graphql(\?|$)/.test(url);
}

/** Whether host and path make up an address: where they do not, HTTP wants 400 (RFC 9112, 3.2). */
function hasAddress({ headers: { host = 'localhost' }, url = '' }: IncomingMessage): boolean {
  return /^[\w.:[\]-]+$/.test(host) && url.startsWith('/') && URL.canParse(`http://${host}${url}`);
}
