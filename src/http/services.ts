import { schema } from '../graph/schema.ts';
import { toTrustedProxies } from '../lib/client-address.ts';
import { AnswerCache } from '../operation/answer-cache.ts';
import { Documents } from '../operation/document-cache.ts';
import { DEFAULT_LIMITS } from '../operation/limits/limits.ts';
import { Plans } from '../operation/plans.ts';
import { Reads } from '../operation/snapshots.ts';
import { createDoor } from './access.ts';
import { corsFor } from './cors.ts';
import { createCompileFailureLog } from './error-log.ts';
import { Pressure } from './event-loop-monitor.ts';
import { Metrics } from './metrics.ts';
import { PersistedDocuments } from './persisted/persisted-documents.ts';
import { createAdmission } from './rate-limit/admission.ts';
import type { ServerOptions } from './server-options.ts';
import { DEFAULT_TIMINGS } from './subscriptions/event-stream.ts';
import { Subscriptions } from './subscriptions/subscriptions.ts';

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
