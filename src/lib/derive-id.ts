import { createHash } from 'node:crypto';

/**
 * The id that an identity always gets, on every machine and in every database: a UUIDv8 (RFC 9562)
 * made from the SHA-256 of its parts. Parts are length-prefixed, so `['ab', 'c']` and `['a', 'bc']`
 * differ.
 */
export function deriveId(...parts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:${part}`);
  const hex = hash.digest('hex');
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
