export interface Progress {
  readonly onProgress: (read: number, total: number) => void;
  stop(): void;
}

const NOTHING: Progress = { onProgress() {}, stop() {} };

/** A progress bar on a terminal's standard error; nothing where there is none. */
export async function showProgress(): Promise<Progress> {
  if (!process.stderr.isTTY) return NOTHING;
  const { SingleBar } = await import('cli-progress');
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
