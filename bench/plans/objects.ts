/**
 * How many articles and images an answer shows, and how many lists of articles: a list reads one row
 * more, to know whether it goes on. Providers and topics are in the server's memory. Counted are
 * objects with an `id`, so every operation of the bench asks for those of articles and images only.
 */
export function objectsIn(data: unknown, key = ''): number {
  if (Array.isArray(data)) {
    return data.reduce((sum: number, item) => sum + objectsIn(item), LISTS.has(key) ? 1 : 0);
  }
  if (typeof data !== 'object' || data === null) return 0;
  return Object.entries(data).reduce((sum, [name, value]) => sum + objectsIn(value, name), 'id' in data ? 1 : 0);
}

const LISTS: ReadonlySet<string> = new Set(['nodes', 'edges']);
