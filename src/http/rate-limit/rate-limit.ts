import { Redis } from 'ioredis';
import type { Logger } from 'pino';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { rateLimited } from '../../graph/errors.ts';

/** Counts what each client costs. */
export interface RateLimit {
  /** Throws `RATE_LIMITED` if the client has no points left in this minute. */
  take(client: string, points: number): Promise<void>;
  close(): void;
}

export interface RateLimitOptions {
  /** A minute, for each client. */
  readonly points: number;
  /** Where servers count together; alone if left out. */
  readonly redisUrl?: string | undefined;
  readonly logger: Logger;
}

const SECONDS = 60;
/** A Redis that does not answer must not make others wait. */
const PATIENCE_MS = 250;
/** It would be said with every request. */
const SILENCE_MS = 10_000;

export function createRateLimit({ points, redisUrl, logger }: RateLimitOptions): RateLimit {
  if (!redisUrl) return limitBy(new RateLimiterMemory({ points, duration: SECONDS }), points, () => {});
  const onFailure = atMostEvery(SILENCE_MS, (error) => {
    logger.error({ err: error }, 'REDIS_URL cannot be reached: requests are answered without a rate limit');
  });
  const redis = new Redis(redisUrl, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    commandTimeout: PATIENCE_MS,
    retryStrategy: () => 1_000,
  });
  redis.on('error', onFailure);
  const limiter = new RateLimiterRedis({ storeClient: redis, points, duration: SECONDS, keyPrefix: 'newsgraph:rate' });
  return { ...limitBy(limiter, points, onFailure), close: () => redis.disconnect() };
}

/** What cannot be counted is let in: a limit that is down must not take the API with it. */
function limitBy(
  limiter: RateLimiterMemory | RateLimiterRedis,
  points: number,
  onFailure: (error: unknown) => void,
): RateLimit {
  return {
    async take(client, cost) {
      try {
        await limiter.consume(client, cost);
      } catch (refusal) {
        if (refusal instanceof RateLimiterRes) throw rateLimited(points, Math.ceil(refusal.msBeforeNext / 1_000));
        onFailure(refusal);
      }
    },
    close() {},
  };
}

function atMostEvery(milliseconds: number, log: (error: unknown) => void): (error: unknown) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (error) => {
    if (performance.now() - last < milliseconds) return;
    last = performance.now();
    log(error);
  };
}
