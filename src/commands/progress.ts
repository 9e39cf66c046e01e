import { SingleBar } from 'cli-progress';

export interface Progress {
  readonly onProgress: (read: number, total: number) => void;
  stop(): void;
}

/** A progress bar on a terminal's standard error; nothing where there is none. */
export function showProgress(): Progress {
  const bar = new SingleBar({
    format: 'reading {bar} {value}/{total} files, {rate}/s, {eta} s to go',
    clearOnComplete: true,
    hideCursor: true,
    stream: process.stderr,
  });
  const start = Date.now();
  return {
    onProgress(read, total) {
      const rate = Math.round((1000 * read) / Math.max(1, Date.now() - start));
      if (bar.isActive) bar.update(read, { rate });
      else bar.start(total, read, { rate });
    },
    stop: () => bar.stop(),
  };
}
