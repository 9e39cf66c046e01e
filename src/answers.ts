import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { PerspectiveName } from './db/perspective.ts';
import { toBytes, toText, type Utf8 } from './lib/utf8.ts';
import { weightsOf } from './lib/weights.ts';
import type { Executor } from './plans.ts';

/** An answer without errors, that may be sent to everyone who asks the same in the same perspective. */
export class Answer {
  readonly byteLength: number;
  readonly executor: Executor;
  #json: Utf8 | Buffer;
  #etag: string | undefined;
  #isSent = false;
  readonly #compressed = new Map<Encoding, Buffer>();

  /** `executor`: which has made it. */
  constructor(json: Utf8, executor: Executor = 'reference') {
    this.executor = executor;
    this.#json = json;
    this.byteLength = json.length;
  }

  get text(): string {
    return typeof this.#json === 'string' ? toText(this.#json) : this.#json.toString();
  }

  /** Of these bytes: each encoding has its own, as a strong validator must. */
  etag(encoding: Encoding): string {
    // A string's characters are its bytes; of bytes the encoding says nothing.
    this.#etag ??= createHash('sha256')
      .update(this.#json as string, 'latin1')
      .digest('base64url')
      .slice(0, 22);
    return encoding === 'identity' ? `"${this.#etag}"` : `"${this.#etag}-${encoding}"`;
  }

  /** A string stays one the first time, as it goes out in one piece with its headers; bytes are not copied any more. */
  body(encoding: Encoding): Body {
    if (encoding === 'identity') {
      const bytes = this.#isSent ? this.#bytes() : this.#json;
      this.#isSent = true;
      return { bytes, length: this.byteLength };
    }
    const bytes = this.#compressed.get(encoding) ?? COMPRESS[encoding](this.#bytes());
    this.#compressed.set(encoding, bytes);
    return { bytes, length: bytes.length };
  }

  #bytes(): Buffer {
    if (typeof this.#json === 'string') this.#json = toBytes(this.#json);
    return this.#json;
  }
}

interface Body {
  readonly bytes: Utf8 | Buffer;
  readonly length: number;
}

type Encoding = 'identity' | 'gzip' | 'br';

const COMPRESS: Readonly<Record<Exclude<Encoding, 'identity'>, (bytes: Buffer) => Buffer>> = {
  br: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: (bytes) => gzipSync(bytes, { level: 6 }),
};

/** Names the executor that has answered. Sent only where drafts are shown without a token. */
export const EXECUTOR_HEADER = 'x-newsgraph-executor';

/** Below it, compressing costs more than it saves. */
const SMALLEST = 1_024;

/** A request's header, or null. */
export type HeaderOf = (name: string) => string | null;

export interface Sent {
  readonly status: 200 | 304;
  readonly headers: Record<string, string>;
  /** None with 304. */
  readonly body: Utf8 | Buffer | null;
}

/** What is sent for an answer: to whoever has it already, that it is still the same, and nothing else of it (RFC 9110, 15.4.5). */
export function send(answer: Answer, perspective: PerspectiveName, mediaType: string, header: HeaderOf): Sent {
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
 * What is published may be kept by anyone: a CDN for some seconds, and a minute more while it asks again. What is a preview
 * may be kept by no one.
 */
const CACHE_CONTROL: Readonly<Record<PerspectiveName, string>> = {
  PUBLISHED: 'public, max-age=0, s-maxage=5, stale-while-revalidate=60',
  PREVIEW: 'private, no-store',
};

/** The encoding that is liked best (RFC 9110, 12.5.3); of those liked as much, the one that makes the fewest bytes. */
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
