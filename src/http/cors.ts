import type { PerspectiveName } from '../db/perspective.ts';
import type { HeaderOf } from './send-answer.ts';

/**
 * What pages of other origins may read (the Fetch standard's CORS protocol). Everything, never with
 * credentials; but where drafts are shown without a token, only pages served from this machine.
 */
export type Cors = (header: HeaderOf) => Readonly<Record<string, string>>;

export function corsFor(anonymous: PerspectiveName): Cors {
  if (anonymous === 'PUBLISHED') return () => TO_ALL;
  return (header) => {
    const origin = header('origin') ?? '';
    const local = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(origin);
    return local ? { ...EXPOSED, 'access-control-allow-origin': origin } : {};
  };
}

/** What a page may read beside the body: when to come again. */
const EXPOSED = { 'access-control-expose-headers': 'ETag, Retry-After' };

const TO_ALL = { ...EXPOSED, 'access-control-allow-origin': '*' };

/** The headers of a preflight's answer. */
export const PREFLIGHT: Readonly<Record<string, string>> = {
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': 'Accept, Authorization, Content-Type, If-None-Match, X-Perspective',
  'access-control-max-age': '86400',
};
