/** The database cannot be reached, or has no room for one more: the same request may be answered in a moment. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
}

/** A statement took longer than it may. */
export class StatementTimeout extends Error {
  override readonly name = 'StatementTimeout';
}

const CANCELED = '57014';

/** SQLSTATEs of a server that ends, starts, or takes no more connections; class 08 is about the connection itself. */
const AWAY = /^(08...|57P0[1-5]|53300|25006)$/;

/** What the driver and the system call a connection that is lost, or was never there. */
const LOST = /^(CONNECTION_|CONNECT_TIMEOUT|ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/;

/** An error of the driver as one of the above, if it is one of them. */
export function toFailure(error: unknown): unknown {
  const { code = '' } = (error ?? {}) as { code?: unknown };
  if (code === CANCELED) return new StatementTimeout('a statement took longer than it may', { cause: error });
  return isLoss(error) ? new DatabaseUnavailable('the database cannot be reached', { cause: error }) : error;
}

/** Whether a connection was lost, or could not be had. */
export function isLoss(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && (AWAY.test(code) || LOST.test(code));
}

/** Whether a connection that there was has died: another may live. */
export function hasDied(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^(57P0[12]|CONNECTION_(CLOSED|ENDED|DESTROYED)|ECONNRESET|EPIPE)$/.test(code);
}

/** Whether the server has answered, with an error of its own. */
export function isFromServer(error: unknown): boolean {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !LOST.test(code);
}

/** Whether there is no server at all, rather than no room on it. */
export function isAway(error: unknown): boolean {
  return isLoss(error) && (error as { code?: unknown }).code !== FULL;
}

const FULL = '53300';
