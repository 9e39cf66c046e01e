/** What the map has for a key; made and put there if it has nothing. */
export function getOrMake<Key, Value extends NonNullable<unknown>>(
  map: Pick<Map<Key, Value>, 'get'> & { set(key: Key, value: Value): unknown },
  key: Key,
  make: () => Value,
): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
