import { readFileSync, watchFile } from 'node:fs';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Server } from '../server.ts';

/** So often the file is looked at: polled, as secrets that are mounted are replaced by their whole folder. In milliseconds. */
const LOOK_MS = 500;

/** The hashes that `PREVIEW_TOKENS` and the file `PREVIEW_TOKENS_FILE` name as of now. What cannot be read opens nothing. */
export function previewTokensOf({ previewTokens, previewTokensFile: path }: Config, logger: Logger): readonly string[] {
  return path === undefined ? previewTokens : [...previewTokens, ...readHashes(path, logger)];
}

/** Tells the server whenever the file changes: a token that is taken out is refused from then on. */
export function watchPreviewTokens(config: Config, server: Server, logger: Logger): void {
  const { previewTokensFile: path } = config;
  if (path === undefined) return;
  const onChange = () => {
    const hashes = previewTokensOf(config, logger);
    server.setPreviewTokens(hashes);
    logger.info({ tokens: hashes.length }, 'preview tokens read again');
  };
  watchFile(path, { interval: LOOK_MS, persistent: false }, onChange);
}

function readHashes(path: string, logger: Logger): string[] {
  const hashes: string[] = [];
  for (const [index, line] of textOf(path, logger).split('\n').entries()) {
    const hash = line.replace(/#.*/, '').trim().toLowerCase();
    if (/^[0-9a-f]{64}$/.test(hash)) hashes.push(hash);
    else if (hash !== '') {
      logger.error(
        `${path}:${index + 1}: expected the SHA-256 of a token in hex, got something else: it opens nothing`,
      );
    }
  }
  return hashes;
}

function textOf(path: string, logger: Logger): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    logger.error(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code}), so none of its tokens is known`);
    return '';
  }
}
