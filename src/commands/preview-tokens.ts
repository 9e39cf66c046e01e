import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Server } from '../http/server.ts';
import { isTokenHash } from '../lib/token-hash.ts';

/** So often the file is looked at: polled, as secrets that are mounted are replaced by their whole folder. In milliseconds. */
const LOOK_MS = 250;

/** What the file was found to hold, or why it could not be read. */
interface Look {
  readonly text: string;
  readonly fault: string | null;
}

const isSame = (one: Look, other: Look) => one.text === other.text && one.fault === other.fault;

/** The preview tokens that are known: those of `PREVIEW_TOKENS`, and those in the file `PREVIEW_TOKENS_FILE` as of now. */
export class PreviewTokens {
  readonly #fixed: readonly string[];
  readonly #path: string | undefined;
  readonly #logger: Logger;
  #seen: Look;

  constructor({ previewTokens, previewTokensFile }: Config, logger: Logger) {
    this.#fixed = previewTokens;
    this.#path = previewTokensFile;
    this.#logger = logger;
    this.#seen = this.#look();
  }

  /** SHA-256 of each, in lower-case hex. What cannot be read opens nothing, and is logged. */
  hashes(): readonly string[] {
    return [...this.#fixed, ...this.#hashesInFile()];
  }

  /** Tells the server whenever the file changes: a token that is taken out is refused from then on. */
  keepUpToDate(server: Server): void {
    if (this.#path === undefined) return;
    let before = this.#seen;
    const lookAgain = () => {
      const now = this.#look();
      // One that is being written is looked at once more.
      const isWhole = isSame(now, before);
      before = now;
      if (!isWhole || isSame(now, this.#seen)) return;
      this.#seen = now;
      const hashes = this.hashes();
      server.setPreviewTokens(hashes);
      this.#logger.info({ tokens: hashes.length }, 'preview tokens read again');
    };
    setInterval(lookAgain, LOOK_MS).unref();
  }

  #look(): Look {
    try {
      return { text: this.#path === undefined ? '' : readFileSync(this.#path, 'utf8'), fault: null };
    } catch (error) {
      return { text: '', fault: (error as NodeJS.ErrnoException).code ?? 'unknown error' };
    }
  }

  #hashesInFile(): string[] {
    const { text, fault } = this.#seen;
    if (fault) this.#logger.error(`${this.#path}: cannot be read (${fault}), so none of its tokens is known`);
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
