import { ascii, type Utf8 } from '../../lib/utf8.ts';

/** JavaScript writes some numbers otherwise than PostgreSQL: the very large and small, and minus zero. */
export function numberJson(text: Utf8): Utf8 {
  return text.includes('e') || text === ascii('-0') ? ascii(JSON.stringify(Number(text))) : text;
}
