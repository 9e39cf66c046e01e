import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import type { TrustedProxies } from '../lib/client-address.ts';
import type { Limits } from '../operation/limits/limits.ts';
import type { Executor } from '../operation/plans.ts';
import type { AccessOptions } from './access.ts';
import type { PersistedOptions } from './persisted/persisted-documents.ts';
import type { RateLimit } from './rate-limit/rate-limit.ts';
import type { EventTimings } from './subscriptions/event-stream.ts';

export interface ServerOptions extends AccessOptions {
  readonly database: Database;
  readonly logger: Logger;
  /** How many bytes of published answers are kept; 0: none. 32 MB by default. */
  readonly cacheBytes?: number;
  /**
   * Whether plain requests take the fast path: by default. Its answers are the same to the byte,
   * and sooner.
   */
  readonly fastPath?: boolean;
  /**
   * Which executor answers, for tests and benches. `compiled` compiles an operation at first
   * sight, and leaves to the reference executor only what cannot be compiled; `reference` is
   * graphql-js alone. If left out, as in production, the fast path compiles an operation when it
   * sees it again.
   */
  readonly executor?: Executor;
  /** Those not given are `DEFAULT_LIMITS`. */
  readonly limits?: Partial<Limits>;
  /** In milliseconds: a request that takes longer is given up. Ten seconds by default. */
  readonly requestTimeout?: number;
  /** Documents that clients call by name. None by default. */
  readonly persisted?: PersistedOptions;
  /** What each client may cost. Unlimited by default. */
  readonly rateLimit?: RateLimit;
  /** Who may say on whose behalf it asks. */
  readonly trustedProxies?: TrustedProxies;
  /**
   * Whether requests are refused while the process cannot keep up with them. They are not, by
   * default.
   */
  readonly shedsLoad?: boolean;
  /** How many subscriptions may be open. 2,000 by default. */
  readonly maxSubscriptions?: number;
  readonly eventTimings?: EventTimings;
}
