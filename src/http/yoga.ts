import { createYoga, type YogaServerInstance } from 'graphql-yoga';
import type { Logger } from 'pino';
import { schema } from '../graph/schema.ts';
import { Deadline } from '../operation/deadline.ts';
import { toRequestHeaders } from './access.ts';
import type { ServerContext } from './fast-path/fast-path.ts';
import { graphiql, renderGraphiQL } from './graphiql.ts';
import { maskError } from './mask-error.ts';
import { useAccess } from './plugins/access.ts';
import { useAnswers } from './plugins/answers.ts';
import { useCors } from './plugins/cors.ts';
import { useDocuments } from './plugins/documents.ts';
import { useEventLoopMonitor } from './plugins/event-loop-monitor.ts';
import { useMetrics } from './plugins/metrics.ts';
import { useOperations } from './plugins/operations.ts';
import { usePlainRequests } from './plugins/plain-requests.ts';
import { useEntryFee, useRateLimit } from './plugins/rate-limit.ts';
import { useReadiness } from './plugins/readiness.ts';
import { useSnapshots } from './plugins/snapshots.ts';
import { useSubscriptions } from './plugins/subscriptions.ts';
import type { RequestContext } from './request-context.ts';
import type { Services } from './services.ts';
import { createLive } from './subscriptions/begin-live.ts';

export type YogaHandler = YogaServerInstance<Partial<ServerContext>, RequestContext>;

/** Answers a request by Yoga, with a plugin for each behaviour of ours. */
export function createYogaHandler(services: Services, isReady: () => Promise<boolean>, logger: Logger): YogaHandler {
  const { access, requestTimeout, logError } = services;
  return createYoga<Partial<ServerContext>, RequestContext>({
    schema,
    context: ({ request, deadline = new Deadline(requestTimeout) }) => ({
      perspective: access.perspectiveOf(toRequestHeaders(request)),
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
      error: (...args) => logError(args.length === 1 ? args[0] : args),
    },
    plugins: pluginsOf(services, isReady),
  });
}

/** In the sequence in which a request meets them. */
function pluginsOf(services: Services, isReady: () => Promise<boolean>) {
  const { documents, plans, snapshots, limits, metrics, persisted, access, cache, cors, admission, eventLoop } =
    services;
  return [
    useDocuments(documents, limits),
    useOperations(plans),
    useSubscriptions(createLive(services), services.eventTimings),
    useSnapshots(snapshots),
    useMetrics(metrics),
    useReadiness(isReady),
    ...(eventLoop ? [useEventLoopMonitor(eventLoop)] : []),
    ...(admission ? [useEntryFee(admission)] : []),
    usePlainRequests(persisted, limits.maxBodyBytes),
    useAccess(access),
    useAnswers({ snapshots, cache }),
    ...(admission ? [useRateLimit(admission, plans)] : []),
    useCors(cors),
  ];
}
