/** Whether a text is a SHA-256 in lower-case hex, as tokens are known by. */
export function isTokenHash(text: string): boolean {
  return /^[0-9a-f]{64}$/.test(text);
}
