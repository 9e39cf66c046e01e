import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { PerspectiveName } from './db/perspective.ts';

/** An answer without errors, as bytes that may be sent to everyone who asks the same in the same perspective. */
export class Answer {
  readonly identity: Buffer;
  readonly #etag: string;
  readonly #compressed = new Map<Encoding, Buffer>();

  static of(data: unknown): Answer {
    return new Answer(JSON.stringify({ data }));
  }

  constructor(json: string) {
    this.identity = Buffer.from(json);
    this.#etag = createHash('sha256').update(this.identity).digest('base64url').slice(0, 22);
  }

  /** Of these bytes: each encoding has its own, as a strong validator must. */
  etag(encoding: Encoding): string {
    return encoding === 'identity' ? `"${this.#etag}"` : `"${this.#etag}-${encoding}"`;
  }

  bytes(encoding: Encoding): Buffer {
    if (encoding === 'identity') return this.identity;
    const bytes = this.#compressed.get(encoding) ?? COMPRESS[encoding](this.identity);
    this.#compressed.set(encoding, bytes);
    return bytes;
  }
}

type Encoding = 'identity' | 'gzip' | 'br';

const COMPRESS: Readonly<Record<Exclude<Encoding, 'identity'>, (bytes: Buffer) => Buffer>> = {
  br: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: (bytes) => gzipSync(bytes, { level: 6 }),
};

/** Below it, compressing costs more than it saves. */
const SMALLEST = 1_024;

/** A request's header, or null. */
export type HeaderOf = (name: string) => string | null;

export interface Sent {
  readonly status: 200 | 304;
  readonly headers: Record<string, string>;
  /** None with 304. */
  readonly body: Buffer | null;
}

/** What is sent for an answer: to whoever has it already, that it is still the same. */
export function send(answer: Answer, perspective: PerspectiveName, mediaType: string, header: HeaderOf): Sent {
  const encoding = encodingFor(answer, header('accept-encoding'));
  const headers: Record<string, string> = {
    'content-type': `${mediaType}; charset=utf-8`,
    'cache-control': CACHE_CONTROL[perspective],
    vary: 'Accept, Accept-Encoding, Authorization, X-Perspective',
  };
  if (encoding !== 'identity') headers['content-encoding'] = encoding;
  if (perspective === 'PUBLISHED') {
    headers['etag'] = answer.etag(encoding);
    if (isKnown(header('if-none-match'), headers['etag'])) return { status: 304, headers, body: null };
  }
  const body = answer.bytes(encoding);
  headers['content-length'] = String(body.length);
  return { status: 200, headers, body };
}

/**
 * What is published may be kept by anyone: a CDN for some seconds, and a minute more while it asks again. What is a preview
 * may be kept by no one.
 */
const CACHE_CONTROL: Readonly<Record<PerspectiveName, string>> = {
  PUBLISHED: 'public, max-age=0, s-maxage=5, stale-while-revalidate=60',
  PREVIEW: 'private, no-store',
};

/** The encoding that is liked best (RFC 9110, 12.5.3); of those liked as much, the one that makes the fewest bytes. */
function encodingFor({ identity }: Answer, accepted: string | null): Encoding {
  if (accepted === null || identity.length < SMALLEST) return 'identity';
  const weights = weightsOf(accepted);
  let best: Encoding = 'identity';
  let most = weights.get(best) ?? 0;
  for (const encoding of ['gzip', 'br'] as const) {
    const weight = weights.get(encoding) ?? weights.get('*') ?? 0;
    if (weight > 0 && weight >= most) [best, most] = [encoding, weight];
  }
  return best;
}

/** How much each is liked, from 0 to 1; `q=0` refuses it. */
function weightsOf(accepted: string): Map<string, number> {
  return new Map(
    accepted.split(',').map((item) => {
      const [name = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
      const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
      return [name, weight === undefined ? 1 : Number(weight) || 0];
    }),
  );
}

/** RFC 9110, 13.1.2: `*`, or one of a list; weak ones count as their strong. */
function isKnown(ifNoneMatch: string | null, etag: string): boolean {
  if (ifNoneMatch === null) return false;
  return ifNoneMatch.split(',').some((item) => item.trim() === '*' || item.trim().replace(/^W\//, '') === etag);
}
