const SPELLED_OUT: ReadonlyArray<readonly [RegExp, string]> = [
  [/\+/g, ' plus '],
  [/#/g, ' sharp '],
  [/&/g, ' and '],
  [/^\.(?=\p{L})/u, 'dot '],
];

/**
 * A topic's identity and its place in a URL: `AI Hardware` → `ai-hardware`, `C++` → `c-plus-plus`,
 * `Café` → `cafe`. Names that slug alike are one topic. Letters of every script stay; a name
 * without any letter or digit has the slug of its code points, so that it is never empty.
 */
export function slug(name: string): string {
  let spelled = name.trim();
  for (const [sign, word] of SPELLED_OUT) spelled = spelled.replace(sign, word);
  const words = spelled
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .match(/[\p{L}\p{N}\p{M}]+/gu);
  if (words) return words.join('-').normalize('NFC');
  return [...name.trim()].map((char) => `u${char.codePointAt(0)?.toString(16)}`).join('-');
}
