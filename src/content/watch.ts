import { watch } from 'chokidar';

/** How long the files must be quiet: one save, or a checkout of hundreds, is then one sync. */
const QUIET_MS = 100;

export interface Watcher {
  /** Stops watching, once the call that is running has ended. */
  close(): Promise<void>;
}

/** Calls `onChange` after every change below `folders`, never twice at a time. Resolves when it is watching. */
export async function watchFolders(folders: readonly string[], onChange: () => Promise<void>): Promise<Watcher> {
  const watcher = watch([...folders], { ignoreInitial: true });
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  watcher.on('all', () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(onChange);
    }, QUIET_MS);
  });
  await new Promise<void>((resolve) => watcher.once('ready', resolve));
  return {
    async close() {
      clearTimeout(timer);
      await watcher.close();
      await running;
    },
  };
}
