import { corsFor } from './cors.ts';
import { Documents } from './documents.ts';
import { createDoor } from './door.ts';
import { createCompileFailureLog } from './fault-log.ts';
import { AnswerCache } from './lane/answer-cache.ts';
import { DEFAULT_LIMITS } from './limits/limits.ts';
import { DEFAULT_TIMINGS } from './live/event-stream.ts';
import { Subscriptions } from './live/subscriptions.ts';
import { Metrics } from './metrics.ts';
import { PersistedDocuments } from './persisted/persisted-documents.ts';
import { Plans } from './plans.ts';
import { Pressure } from './pressure.ts';
import { createAdmission } from './rates/admission.ts';
import { toTrustedProxies } from './rates/client-address.ts';
import { Reads } from './reads.ts';
import { schema } from './schema.ts';
import type { ServerOptions } from './server-options.ts';

/** What the express lane and the ordinary way have in common: one of each for a server. */
export type Parts = ReturnType<typeof createParts>;

export function createParts({
  database,
  logger,
  executor,
  cacheBytes = 32_000_000,
  limits: givenLimits = {},
  requestTimeout = 10_000,
  persisted = { manifest: new Map(), isStrict: false },
  rateLimit,
  trustedProxies = toTrustedProxies([]),
  shedsLoad = false,
  maxSubscriptions = 2_000,
  eventTimings = DEFAULT_TIMINGS,
  ...doorOptions
}: ServerOptions) {
  const door = createDoor(doorOptions);
  const limits = { ...DEFAULT_LIMITS, ...givenLimits };
  const subscriptions = new Subscriptions(maxSubscriptions);
  const metrics = new Metrics(subscriptions);
  return {
    ...{ door, limits, subscriptions, requestTimeout, eventTimings, executor, metrics },
    documents: new Documents(),
    plans: new Plans(schema, limits.maxCost, executor),
    reads: new Reads(database),
    cors: corsFor(doorOptions.anonymous),
    cache: new AnswerCache(cacheBytes),
    persisted: new PersistedDocuments(persisted),
    admission: createAdmission(rateLimit ?? null, trustedProxies, door),
    pressure: shedsLoad ? new Pressure() : null,
    onCompileFailure: createCompileFailureLog(logger, metrics),
    showsExecutor: doorOptions.anonymous === 'PREVIEW',
  };
}
