import { createHash, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { PerspectiveName } from '../db/perspective.ts';
import { badHeader, misdirectedRequest, unauthenticated } from '../graph/errors.ts';

export interface AccessOptions {
  /**
   * What a request without a token sees. PREVIEW is for development: then only loopback names are
   * answered.
   */
  readonly anonymous: PerspectiveName;
  /** SHA-256 of each preview token, in lower-case hex. */
  readonly previewTokens: readonly string[];
}

/** What of a request access depends on. */
export interface RequestHeaders {
  /** The host that the request names, without its port. */
  readonly hostname: string;
  header(name: string): string | null;
}

export interface Access {
  /** What a request may see. Throws the error to be answered with where it may see nothing. */
  perspectiveOf(headers: RequestHeaders): PerspectiveName;
  /** From now on these are known, and no others: the SHA-256 of each, in lower-case hex. */
  setPreviewTokens(hashes: readonly string[]): void;
  /** A name for the holder of a known token that is not the token; null for everyone else. */
  tokenOf(headers: RequestHeaders): string | null;
}

export function toRequestHeaders(request: Request): RequestHeaders {
  return { hostname: new URL(request.url).hostname, header: (name) => request.headers.get(name) };
}

export function createAccess({ anonymous, previewTokens }: AccessOptions): Access {
  let hashes = toBytes(previewTokens);
  return {
    setPreviewTokens(next) {
      hashes = toBytes(next);
    },
    perspectiveOf(headers) {
      const hash = hashOf(headers);
      if (hash && !isKnown(hash, hashes)) {
        throw unauthenticated('expected a preview token that is known here, got another');
      }
      if (anonymous === 'PREVIEW') refuseForeignHost(headers);
      return chosen(headers, hash ? 'PREVIEW' : anonymous);
    },
    tokenOf(headers) {
      const token = tokenIn(headers);
      const hash = token === null ? null : sha256(token);
      return hash && isKnown(hash, hashes) ? hash.toString('hex') : null;
    },
  };
}

function toBytes(hashes: readonly string[]): Buffer[] {
  return hashes.map((hash) => Buffer.from(hash, 'hex'));
}

/** SHA-256 of the token in a request, if any. */
function hashOf(headers: RequestHeaders): Buffer | null {
  const authorization = headers.header('authorization');
  if (authorization === null) return null;
  const token = tokenIn(headers);
  if (token === null) throw unauthenticated('expected Authorization: Bearer TOKEN, got another form');
  return sha256(token);
}

function tokenIn(headers: RequestHeaders): string | null {
  return /^Bearer +(\S+)$/i.exec(headers.header('authorization') ?? '')?.[1] ?? null;
}

/** The few that are in use, so that not every request takes a hash. */
const hashes = new LRUCache<string, Buffer>({
  max: 100,
  memoMethod: (token) => createHash('sha256').update(token).digest(),
});

function sha256(token: string): Buffer {
  return hashes.memo(token);
}

/** All are compared, so that the time taken does not depend on which came close. */
function isKnown(hash: Buffer, hashes: readonly Buffer[]): boolean {
  return hashes.filter((known) => timingSafeEqual(known, hash)).length > 0;
}

function chosen(headers: RequestHeaders, granted: PerspectiveName): PerspectiveName {
  const wanted = headers.header('x-perspective')?.toUpperCase();
  if (wanted === undefined || wanted === granted) return granted;
  if (wanted === 'PUBLISHED') return 'PUBLISHED';
  if (wanted === 'PREVIEW') throw unauthenticated('the preview perspective needs Authorization: Bearer TOKEN');
  throw badHeader('X-Perspective: expected published or preview, got something else');
}

/**
 * A page of a foreign site may point its own name at this machine (DNS rebinding) and so read
 * drafts.
 */
function refuseForeignHost({ hostname }: RequestHeaders): void {
  if (hostname === '127.0.0.1' || hostname === '[::1]' || hostname === 'localhost' || hostname.endsWith('.localhost'))
    return;
  throw misdirectedRequest('expected a request to localhost, as drafts are shown here without a token');
}
