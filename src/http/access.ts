import { createHash, timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { PerspectiveName } from '../db/perspective.ts';
import { badHeader, misdirectedRequest, unauthenticated } from '../graph/errors.ts';

export interface DoorOptions {
  /**
   * What a request without a token sees. PREVIEW is for development: then only loopback names are
   * answered.
   */
  readonly anonymous: PerspectiveName;
  /** SHA-256 of each preview token, in lower-case hex. */
  readonly previewTokens: readonly string[];
}

/** What of a request access depends on. */
export interface Visitor {
  /** The host that the request names, without its port. */
  readonly hostname: string;
  header(name: string): string | null;
}

export interface Door {
  /** What a request may see. Throws the error to be answered with where it may see nothing. */
  perspectiveOf(visitor: Visitor): PerspectiveName;
  /** From now on these are known, and no others: the SHA-256 of each, in lower-case hex. */
  setPreviewTokens(hashes: readonly string[]): void;
  /** A name for the holder of a known token that is not the token; null for everyone else. */
  tokenOf(visitor: Visitor): string | null;
}

export function visitorOf(request: Request): Visitor {
  return { hostname: new URL(request.url).hostname, header: (name) => request.headers.get(name) };
}

export function createDoor({ anonymous, previewTokens }: DoorOptions): Door {
  let hashes = toBytes(previewTokens);
  return {
    setPreviewTokens(next) {
      hashes = toBytes(next);
    },
    perspectiveOf(visitor) {
      const hash = hashOf(visitor);
      if (hash && !isKnown(hash, hashes)) {
        throw unauthenticated('expected a preview token that is known here, got another');
      }
      if (anonymous === 'PREVIEW') refuseForeignHost(visitor);
      return chosen(visitor, hash ? 'PREVIEW' : anonymous);
    },
    tokenOf(visitor) {
      const token = tokenIn(visitor);
      const hash = token === null ? null : sha256(token);
      return hash && isKnown(hash, hashes) ? hash.toString('hex') : null;
    },
  };
}

function toBytes(hashes: readonly string[]): Buffer[] {
  return hashes.map((hash) => Buffer.from(hash, 'hex'));
}

/** SHA-256 of the token in a request, if any. */
function hashOf(visitor: Visitor): Buffer | null {
  const authorization = visitor.header('authorization');
  if (authorization === null) return null;
  const token = tokenIn(visitor);
  if (token === null) throw unauthenticated('expected Authorization: Bearer TOKEN, got another form');
  return sha256(token);
}

function tokenIn(visitor: Visitor): string | null {
  return /^Bearer +(\S+)$/i.exec(visitor.header('authorization') ?? '')?.[1] ?? null;
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

function chosen(visitor: Visitor, granted: PerspectiveName): PerspectiveName {
  const wanted = visitor.header('x-perspective')?.toUpperCase();
  if (wanted === undefined || wanted === granted) return granted;
  if (wanted === 'PUBLISHED') return 'PUBLISHED';
  if (wanted === 'PREVIEW') throw unauthenticated('the preview perspective needs Authorization: Bearer TOKEN');
  throw badHeader('X-Perspective: expected published or preview, got something else');
}

/**
 * A page of a foreign site may point its own name at this machine (DNS rebinding) and so read
 * drafts.
 */
function refuseForeignHost({ hostname }: Visitor): void {
  if (hostname === '127.0.0.1' || hostname === '[::1]' || hostname === 'localhost' || hostname.endsWith('.localhost'))
    return;
  throw misdirectedRequest('expected a request to localhost, as drafts are shown here without a token');
}
