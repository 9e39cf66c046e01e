import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Server } from '../http/server.ts';
import { isTokenHash } from '../lib/token-hash.ts';

/** In milliseconds. Polled, as mounted secrets are replaced by replacing their folder. */
const POLL_MS = 250;

/** What the file holds, or why it could not be read. */
interface FileState {
  readonly text: string;
  readonly error: string | null;
}

const isSame = (one: FileState, other: FileState) => one.text === other.text && one.error === other.error;

/**
 * The preview tokens that are known: those of `PREVIEW_TOKENS`, and those in the file
 * `PREVIEW_TOKENS_FILE` as of now.
 */
export class PreviewTokens {
  readonly #fixed: readonly string[];
  readonly #path: string | undefined;
  readonly #logger: Logger;
  #seen: FileState;

  constructor({ previewTokens, previewTokensFile }: Config, logger: Logger) {
    this.#fixed = previewTokens;
    this.#path = previewTokensFile;
    this.#logger = logger;
    this.#seen = this.#read();
  }

  /** SHA-256 of each, in lower-case hex. What cannot be read opens nothing, and is logged. */
  hashes(): readonly string[] {
    return [...this.#fixed, ...this.#hashesInFile()];
  }

  /**
   * Gives the server the tokens whenever the file changes: one that is taken out is then refused.
   */
  keepUpToDate(server: Server): void {
    if (this.#path === undefined) return;
    let before = this.#seen;
    const poll = () => {
      const now = this.#read();
      // A file that is being written is read once more.
      const isWhole = isSame(now, before);
      before = now;
      if (!isWhole || isSame(now, this.#seen)) return;
      this.#seen = now;
      const hashes = this.hashes();
      server.setPreviewTokens(hashes);
      this.#logger.info({ tokens: hashes.length }, 'preview tokens read again');
    };
    setInterval(poll, POLL_MS).unref();
  }

  #read(): FileState {
    try {
      return { text: this.#path === undefined ? '' : readFileSync(this.#path, 'utf8'), error: null };
    } catch (error) {
      return { text: '', error: (error as NodeJS.ErrnoException).code ?? 'unknown error' };
    }
  }

  #hashesInFile(): string[] {
    const { text, error } = this.#seen;
    if (error) this.#logger.error(`${this.#path}: cannot be read (${error}), so none of its tokens is known`);
    const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim().toLowerCase());
    for (const [index, line] of lines.entries()) {
      if (line === '' || isTokenHash(line)) continue;
      this.#logger.error(
        `${this.#path}:${index + 1}: expected the SHA-256 of a token in hex, got something else: it opens nothing`,
      );
    }
    return lines.filter(isTokenHash);
  }
}
