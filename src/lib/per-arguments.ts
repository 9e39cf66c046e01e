import { getOrMake } from './get-or-make.ts';

/**
 * Makes one value for each set of arguments, and returns it again for arguments with the same
 * `keyOf`.
 */
export function perArguments<Args extends readonly unknown[], T extends NonNullable<unknown>>(
  keyOf: (...args: Args) => string,
  make: (...args: Args) => T,
): (...args: Args) => T {
  const made = new Map<string, T>();
  return (...args) => getOrMake(made, keyOf(...args), () => make(...args));
}
