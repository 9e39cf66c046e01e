/** An answer without what servers may say differently: how an instant is written, and what is in a cursor. */
export function canonical(value: unknown, key?: string): unknown {
  if (Array.isArray(value)) return value.map((item) => canonical(item));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, canonical(item, name)]));
  }
  if (key === 'publishedDateTime') return new Date(String(value)).toISOString();
  if (key?.endsWith('Cursor')) return typeof value === 'string' ? 'a cursor' : value;
  return value;
}

/** Where two answers differ first, with both values; null if they are equal, to the sequence of lists. */
export function firstDifference(a: unknown, b: unknown, path = 'data'): string | null {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return a === b ? null : `${path}: ${JSON.stringify(a)} and ${JSON.stringify(b)}`;
  }
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const key of keys) {
    const [left, right] = [a, b].map((side) => (side as Record<string, unknown>)[key]);
    const difference = firstDifference(left, right, `${path}.${key}`);
    if (difference !== null) return difference;
  }
  return null;
}
