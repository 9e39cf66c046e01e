export type MaybePromise<T> = T | Promise<T>;

/** What `map` makes of a value: at once, where the value is there already. */
export function mapMaybe<T, R>(value: MaybePromise<T>, map: (value: T) => MaybePromise<R>): MaybePromise<R> {
  return isPromise(value) ? value.then(map) : map(value);
}

/** By what it does: a promise of another realm is no instance of this one's class. */
function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof (value as Partial<Promise<T>> | null)?.then === 'function';
}
