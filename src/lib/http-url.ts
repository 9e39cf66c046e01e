/**
 * Why a text is not a web address we accept, or null when it is one: absolute, http or https,
 * without credentials and without control characters (which `new URL` would silently drop). Plain
 * spaces are accepted, as real files have them.
 */
export function httpUrlProblem(text: string): string | null {
  if (/\p{Cc}/u.test(text)) return 'a control character';
  if (!URL.canParse(text)) return 'not an absolute URL';
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return `the scheme ${url.protocol}`;
  if (url.username !== '' || url.password !== '') return 'credentials';
  return null;
}
