import { parentPort } from 'node:worker_threads';
import { type ParseTask, parseFiles } from './parse.ts';

/** A worker thread: a batch of tasks comes in, what came of it goes out. */
parentPort?.on('message', async (tasks: readonly ParseTask[]) => {
  parentPort?.postMessage(await parseFiles(tasks));
});
