import { parentPort } from 'node:worker_threads';
import { type ParseTask, parseFiles } from './parse.ts';

/**
 * Files of one story lie together and list the same stories, so most claims have been handed over
 * before.
 */
const MAX_KNOWN = 10_000;
const known = new Set<string>();

/** A worker thread, for one sync: a batch of tasks comes in, what came of it goes out. */
parentPort?.on('message', (tasks: readonly ParseTask[]) => {
  if (known.size > MAX_KNOWN) known.clear();
  parentPort?.postMessage(parseFiles(tasks, known));
});
