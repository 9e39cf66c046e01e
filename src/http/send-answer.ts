import type { PerspectiveName } from '../db/perspective.ts';
import type { Utf8 } from '../lib/utf8.ts';
import { weightsOf } from '../lib/weights.ts';
import type { Answer, Encoding } from '../operation/answer.ts';

/** Names the executor that has answered. Sent only where drafts are shown without a token. */
export const EXECUTOR_HEADER = 'x-newsgraph-executor';

/** Below it, compressing costs more than it saves. */
const SMALLEST = 1_024;

/** A request's header, or null. */
export type HeaderReader = (name: string) => string | null;

export interface Sent {
  readonly status: 200 | 304;
  readonly headers: Record<string, string>;
  /** None with 304. */
  readonly body: Utf8 | Buffer | null;
}

/**
 * What is sent for an answer: to whoever has it already, that it is still the same, and nothing
 * else of it (RFC 9110, 15.4.5).
 */
export function send(answer: Answer, perspective: PerspectiveName, mediaType: string, header: HeaderReader): Sent {
  const encoding = encodingFor(answer, header('accept-encoding'));
  const headers: Record<string, string> = {
    'cache-control': CACHE_CONTROL[perspective],
    vary: 'Accept, Accept-Encoding, Authorization, X-Perspective',
  };
  if (perspective === 'PUBLISHED') {
    headers['etag'] = answer.etag(encoding);
    if (isKnown(header('if-none-match'), headers['etag'])) return { status: 304, headers, body: null };
  }
  const { bytes, length } = answer.body(encoding);
  headers['content-type'] = `${mediaType}; charset=utf-8`;
  if (encoding !== 'identity') headers['content-encoding'] = encoding;
  headers['content-length'] = String(length);
  return { status: 200, headers, body: bytes };
}

/**
 * What is published may be kept by anyone: a CDN for some seconds, and a minute more while it asks
 * again. What is a preview may be kept by no one.
 */
const CACHE_CONTROL: Readonly<Record<PerspectiveName, string>> = {
  PUBLISHED: 'public, max-age=0, s-maxage=5, stale-while-revalidate=60',
  PREVIEW: 'private, no-store',
};

/**
 * The encoding that is liked best (RFC 9110, 12.5.3); of those liked as much, the one that makes
 * the fewest bytes.
 */
function encodingFor({ byteLength }: Answer, accepted: string | null): Encoding {
  if (accepted === null || byteLength < SMALLEST) return 'identity';
  const weights = weightsOf(accepted);
  let best: Encoding = 'identity';
  let most = weights.get(best) ?? 0;
  for (const encoding of ['gzip', 'br'] as const) {
    const weight = weights.get(encoding) ?? weights.get('*') ?? 0;
    if (weight > 0 && weight >= most) [best, most] = [encoding, weight];
  }
  return best;
}

/** RFC 9110, 13.1.2: `*`, or one of a list; weak ones count as their strong. */
function isKnown(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  if (ifNoneMatch === etag) return true;
  return ifNoneMatch.split(',').some((item) => item.trim() === '*' || item.trim().replace(/^W\//, '') === etag);
}
