import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { Logger } from 'pino';
import { schema } from '../graph/schema.ts';
import { Deadline } from '../operation/deadline.ts';
import { visitorOf } from './access.ts';
import { createFaultLog } from './error-log.ts';
import type { Arrived } from './fast-path/fast-path.ts';
import { graphiql, renderGraphiQL } from './graphiql.ts';
import { maskError } from './mask-error.ts';
import { useDoor } from './plugins/access.ts';
import { useAnswers } from './plugins/answers.ts';
import { useCors } from './plugins/cors.ts';
import { useDocuments } from './plugins/documents.ts';
import { usePressure } from './plugins/event-loop-monitor.ts';
import { useMetrics } from './plugins/metrics.ts';
import { useOperations } from './plugins/operations.ts';
import { usePlainRequests } from './plugins/plain-requests.ts';
import { useEntryFee, useRateLimit } from './plugins/rate-limit.ts';
import { useReadiness } from './plugins/readiness.ts';
import { useConsistentReads } from './plugins/snapshots.ts';
import { useSubscriptions } from './plugins/subscriptions.ts';
import type { RequestContext } from './request-context.ts';
import type { Parts } from './services.ts';
import { createLive } from './subscriptions/begin-live.ts';

export type OrdinaryWay = YogaServerInstance<Partial<Arrived>, RequestContext>;

/** The ordinary way of a request: Yoga, with a plugin for each behaviour of ours. */
export function createOrdinaryWay(parts: Parts, isReady: () => Promise<boolean>, logger: Logger): OrdinaryWay {
  const tellOf = createFaultLog(logger);
  const { door, requestTimeout } = parts;
  return createYoga<Partial<Arrived>, RequestContext>({
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
      error: (...args) => tellOf(args.length === 1 ? args[0] : args),
    },
    plugins: pluginsOf(parts, isReady),
  });
}

/** In the sequence in which a request meets them. */
function pluginsOf(parts: Parts, isReady: () => Promise<boolean>) {
  const { documents, plans, reads, limits, metrics, persisted, door, cors, admission, pressure } = parts;
  return [
    useDocuments(documents, limits),
    useOperations(plans),
    useSubscriptions(createLive(parts), parts.eventTimings),
    useConsistentReads(reads),
    useMetrics(metrics),
    useReadiness(isReady),
    ...(pressure ? [usePressure(pressure)] : []),
    ...(admission ? [useEntryFee(admission)] : []),
    usePlainRequests(persisted, limits.maxBodyBytes),
    useDoor(door),
    useAnswers(parts),
    ...(admission ? [useRateLimit(admission, plans)] : []),
    useCors(cors),
  ];
}
