export type MaybePromise<T> = T | Promise<T>;

/** What `map` makes of a value: at once, where the value is there already. */
export function mapMaybe<T, R>(value: MaybePromise<T>, map: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return value instanceof Promise ? value.then(map) : map(value);
}
