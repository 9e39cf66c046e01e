/** For each key, in order, the one item that has it, or null. */
export function pick<T>(keys: readonly string[], items: readonly T[], keyOf: (item: T) => string): (T | null)[] {
  const byKey = new Map(items.map((item) => [keyOf(item), item]));
  return keys.map((key) => byKey.get(key) ?? null);
}

/** For each key, in order, all items that have it, in the order in which they came. */
export function group<T>(keys: readonly string[], items: readonly T[], keyOf: (item: T) => string): T[][] {
  const byKey = new Map<string, T[]>(keys.map((key) => [key, []]));
  for (const item of items) byKey.get(keyOf(item))?.push(item);
  return keys.map((key) => byKey.get(key) ?? []);
}
