/**
 * What names are compared and sorted by: without case and accents, and the same on every machine,
 * as no locale is.
 */
export function nameKey(name: string): string {
  return name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();
}
