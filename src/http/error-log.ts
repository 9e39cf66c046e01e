import type { Logger } from 'pino';
import { foreseenCause } from '../operation/foreseen-cause.ts';

/** An error that every request meets is logged once in so many milliseconds. */
const QUIET_MS = 5_000;

interface Logged {
  readonly at: number;
  /** How often it has happened since. */
  count: number;
}

/**
 * Logs errors: those that we foresee (a database that is away or slow) now and then and in a line,
 * as thousands of requests may meet them; every other one with its stack.
 */
export function createErrorLog(logger: Logger): (error: unknown) => void {
  const known = new Map<string, Logged>();
  return (error) => {
    const cause = foreseenCause(error);
    if (!cause) return logger.error(error);
    const logged = known.get(cause.message);
    const now = performance.now();
    if (logged && now - logged.at < QUIET_MS) {
      logged.count += 1;
      return;
    }
    known.set(cause.message, { at: now, count: 0 });
    logger.error({ code: cause.name, requests: 1 + (logged?.count ?? 0) }, cause.message);
  };
}
