import { LRUCache } from 'lru-cache';

/**
 * How much each is liked in a header like `Accept`, from 0 to 1; `q=0` refuses it (RFC 9110,
 * 12.4.2). In lower case.
 */
export function weightsOf(accepted: string): ReadonlyMap<string, number> {
  return known.memo(accepted);
}

/** Clients are many, their headers few. */
const known = new LRUCache<string, ReadonlyMap<string, number>>({ max: 100, memoMethod: read });

function read(accepted: string): ReadonlyMap<string, number> {
  return new Map(
    accepted.split(',').map((item) => {
      const [name = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return [name, weight === undefined ? 1 : Number(weight) || 0];
    }),
  );
}
