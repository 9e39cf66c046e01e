import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import type { News, NewsListener } from './database.ts';

const CHANNEL = 'newsgraph';
const RETRY_MS = 500;
const HEARTBEAT_MS = 5_000;

export interface Listener {
  /** Whether every notification is heard. */
  isListening(): boolean;
  /** Resolves when it listens for the first time. From then on it tries again by itself whenever it is cut off. */
  listen(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Calls `onNews` for every notification, and whenever some may have been missed: when listening begins or ends.
 * The connection is a client of its own, so that its loss is noticed here and nowhere else.
 */
export function createListener(
  url: string,
  options: postgres.Options<Record<string, never>>,
  onNews: NewsListener,
): Listener {
  let isListening = false;
  let closed = false;
  let client: postgres.Sql | undefined;
  let first: Promise<void> | undefined;

  let lost = new AbortController();
  const lose = () => {
    isListening = false;
    lost.abort();
    onNews();
  };
  const connect = async () => {
    client = postgres(url, {
      ...options,
      max: 1,
      idle_timeout: 0,
      max_lifetime: null,
      fetch_types: false,
      onclose: lose,
      // Known to the driver, not to its types.
      ...{ onnotify: (_channel: string, payload: string) => onNews(parseNews(payload)) },
    });
    await client.unsafe(`listen ${CHANNEL}`);
    isListening = true;
    lost = new AbortController();
    onNews();
  };
  /** Until the connection is lost. A connection that is cut without a word shows only when something is asked. */
  const stayConnected = async () => {
    while (isListening && !closed) {
      await sleep(HEARTBEAT_MS, undefined, { ref: false, signal: lost.signal }).catch(() => {});
      if (isListening && !(await isAlive(client))) lose();
    }
  };
  const keepTrying = async (onFirst: () => void) => {
    while (!closed) {
      await connect().then(onFirst, () => {});
      await stayConnected();
      await client?.end({ timeout: 0 }).catch(() => {});
      if (!closed) await sleep(RETRY_MS, undefined, { ref: false });
    }
  };
  return {
    isListening: () => isListening,
    listen: () => (first ??= new Promise((resolve) => void keepTrying(resolve))),
    async close() {
      closed = true;
      await client?.end({ timeout: 0 }).catch(() => {});
    },
  };
}

async function isAlive(client: postgres.Sql | undefined): Promise<boolean> {
  const answer = client?.unsafe('select 1').then(
    () => true,
    () => false,
  );
  return Promise.race([answer ?? false, sleep(2_000, false, { ref: false })]);
}

/** `preview:12`, as the commit script writes it. */
function parseNews(payload: string): News | undefined {
  const [, perspective, version] = /^(published|preview):(\d+)$/.exec(payload) ?? [];
  if (perspective === undefined) return undefined;
  return { perspective: perspective === 'preview' ? 'PREVIEW' : 'PUBLISHED', version: Number(version) };
}
