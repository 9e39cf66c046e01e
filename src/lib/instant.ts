/** The years that both PostgreSQL and RFC 3339 can say, in UTC. */
const FIRST = Date.parse('0001-01-01T00:00:00Z');
const LAST = Date.parse('9999-12-31T23:59:59.999Z');

/** Whether an instant, in milliseconds since 1970, can be stored and said again. */
export function isInstant(milliseconds: number): boolean {
  return milliseconds >= FIRST && milliseconds <= LAST;
}
