import { schema } from '../graph/schema.ts';
import { toTrustedProxies } from '../lib/client-address.ts';
import { AnswerCache } from '../operation/answer-cache.ts';
import { DocumentCache } from '../operation/document-cache.ts';
import { DEFAULT_LIMITS } from '../operation/limits/limits.ts';
import { Plans } from '../operation/plans.ts';
import { Snapshots } from '../operation/snapshots.ts';
import { createAccess } from './access.ts';
import { corsFor } from './cors.ts';
import { createErrorLog } from './error-log.ts';
import { EventLoopMonitor } from './event-loop-monitor.ts';
import { Metrics } from './metrics.ts';
import { PersistedDocuments } from './persisted/persisted-documents.ts';
import { createAdmission } from './rate-limit/admission.ts';
import type { ServerOptions } from './server-options.ts';
import { DEFAULT_TIMINGS } from './subscriptions/event-stream.ts';
import { Subscriptions } from './subscriptions/subscriptions.ts';

/** What the fast path, Yoga and subscriptions share: one of each for a server. */
export type Services = ReturnType<typeof createServices>;

export function createServices({
  database,
  logger,
  cacheBytes = 32_000_000,
  limits: givenLimits = {},
  requestTimeout = 10_000,
  persisted = { manifest: new Map(), isStrict: false },
  rateLimit,
  trustedProxies = toTrustedProxies([]),
  shedsLoad = false,
  maxSubscriptions = 2_000,
  eventTimings = DEFAULT_TIMINGS,
  ...accessOptions
}: ServerOptions) {
  const access = createAccess(accessOptions);
  const limits = { ...DEFAULT_LIMITS, ...givenLimits };
  const subscriptions = new Subscriptions(maxSubscriptions);
  return {
    ...{ access, limits, subscriptions, requestTimeout, eventTimings },
    documents: new DocumentCache(),
    plans: new Plans(schema, limits.maxCost),
    snapshots: new Snapshots(database),
    cors: corsFor(accessOptions.anonymous),
    cache: new AnswerCache(cacheBytes),
    persisted: new PersistedDocuments(persisted),
    admission: createAdmission(rateLimit ?? null, trustedProxies, access),
    eventLoop: shedsLoad ? new EventLoopMonitor() : null,
    metrics: new Metrics(subscriptions),
    logError: createErrorLog(logger),
  };
}
