import { watch } from 'chokidar';

/** How long the files must be quiet, so that one save, or a checkout of hundreds, is one call. */
const QUIET_MS = 100;
/**
 * How long a change waits at most, however busy the files are: an edit is to be seen soon, a
 * checkout to its end.
 */
const LONGEST_EDIT_MS = 800;
const LONGEST_CHECKOUT_MS = 5_000;
const CHECKOUT = 20;

export interface Watcher {
  /** Stops watching, once the call that is running has ended. */
  close(): Promise<void>;
}

/**
 * Calls `work` now, and again after every change below `folders`, never twice at a time. It watches
 * before it calls, so that nothing saved meanwhile is missed. Resolves when the first call has
 * ended.
 */
export async function watchFolders(folders: readonly string[], work: () => Promise<void>): Promise<Watcher> {
  const calls = oneAtATime(work);
  const quiet = whenQuiet(calls.request);
  const watcher = watch([...folders], { ignoreInitial: true }).on('all', quiet.touch);
  await new Promise<void>((resolve) => watcher.once('ready', resolve));
  calls.request();
  await calls.idle();
  return {
    async close() {
      quiet.stop();
      await watcher.close();
      await calls.idle();
    },
  };
}

/** Calls `then` when nothing has touched it for a while, or the first touch lies long back. */
function whenQuiet(then: () => void) {
  let timer: NodeJS.Timeout | undefined;
  let first = 0;
  let touches = 0;
  return {
    touch() {
      if (touches === 0) first = Date.now();
      touches += 1;
      const latest = first + (touches > CHECKOUT ? LONGEST_CHECKOUT_MS : LONGEST_EDIT_MS);
      clearTimeout(timer);
      timer = setTimeout(
        () => {
          touches = 0;
          then();
        },
        Math.min(QUIET_MS, Math.max(0, latest - Date.now())),
      );
    },
    stop: () => clearTimeout(timer),
  };
}

/** Requests that come while a call runs are one further call. */
function oneAtATime(call: () => Promise<void>) {
  let requested = false;
  let running: Promise<void> | undefined;
  const run = async () => {
    while (requested) {
      requested = false;
      await call();
    }
    running = undefined;
  };
  return {
    request() {
      requested = true;
      running ??= run();
    },
    idle: async () => running,
  };
}
