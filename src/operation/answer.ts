import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { toBytes, toText, type Utf8 } from '../lib/utf8.ts';
import type { Executor } from './plans.ts';

/**
 * An answer without errors, that may be sent to everyone who asks the same in the same perspective.
 */
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

  /**
   * A string stays one the first time, as it goes out in one piece with its headers; bytes are not
   * copied any more.
   */
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

/** A content coding of HTTP that an answer can be sent in. */
export type Encoding = 'identity' | 'gzip' | 'br';

const COMPRESS: Readonly<Record<Exclude<Encoding, 'identity'>, (bytes: Buffer) => Buffer>> = {
  br: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }),
  gzip: (bytes) => gzipSync(bytes, { level: 6 }),
};
