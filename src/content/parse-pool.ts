import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ParsedBatch, ParseTask } from './parse.ts';

/** A batch ends with whichever comes first. */
const BATCH_FILES = 64;
const BATCH_BYTES = 4_000_000;

/** Without a limit of its own a thread's heap grows to the machine's: collecting garbage sooner costs next to nothing. */
const LIMITS = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 16 };

/** Run from source, as tests do, there is no JavaScript that a worker thread could load. */
const EXTENSION = extname(import.meta.url);
const CAN_USE_WORKERS = EXTENSION === '.js';

/** Batches that a thread may be ahead of whoever takes them: it need not wait while another thread's are taken. */
const AHEAD = 3;

/**
 * Parses files on up to `threads` worker threads, batch by batch, in no particular order. It reads ahead by no more than
 * some batches for each thread, so that memory does not grow with the number of files.
 */
export async function* parseAll(tasks: readonly ParseTask[], threads: number): AsyncGenerator<ParsedBatch> {
  const batches = inBatches(tasks);
  const count = Math.min(threads, Math.ceil(batches.length / 2));
  // A thread takes longer to start than a few files to parse.
  if (count < 2 || !CAN_USE_WORKERS) {
    yield* parsedHere(batches);
    return;
  }
  const workers = Array.from(
    { length: count },
    () => new Worker(new URL(`./parse-worker${EXTENSION}`, import.meta.url), { resourceLimits: LIMITS }),
  );
  try {
    yield* spread(batches, workers);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

/** The parser is loaded when there is something to parse, and by whoever parses. */
async function* parsedHere(batches: readonly ParseTask[][]): AsyncGenerator<ParsedBatch> {
  if (batches.length === 0) return;
  const { parseFiles } = await import('./parse.ts');
  for (const batch of batches) yield parseFiles(batch);
}

async function* spread(batches: ParseTask[][], workers: readonly Worker[]): AsyncGenerator<ParsedBatch> {
  const waiting = batches.values();
  const running = new Set<Promise<() => IteratorResult<ParsedBatch, void>>>();
  const giveNext = (parsed: AsyncGenerator<ParsedBatch, void>) => {
    const next = parsed.next().then((result) => () => {
      running.delete(next);
      if (!result.done) giveNext(parsed);
      return result;
    });
    running.add(next);
  };
  for (const worker of workers) {
    const parsed = parsedBy(worker, waiting);
    for (let batch = 0; batch < AHEAD; batch++) giveNext(parsed);
  }
  while (running.size > 0) {
    const take = await Promise.race(running);
    const { value } = take();
    if (value) yield value;
  }
}

/** What one thread makes of the batches that it gets hold of, one after the other. */
async function* parsedBy(worker: Worker, waiting: Iterable<ParseTask[]>): AsyncGenerator<ParsedBatch, void> {
  for (const batch of waiting) yield ask(worker, batch);
}

function ask(worker: Worker, batch: readonly ParseTask[]): Promise<ParsedBatch> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      worker.off('message', onMessage);
      worker.off('error', onError);
    };
    const onMessage = (parsed: ParsedBatch) => {
      settle();
      resolve(parsed);
    };
    const onError = (error: Error) => {
      settle();
      reject(error);
    };
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.postMessage(batch);
  });
}

function inBatches(tasks: readonly ParseTask[]): ParseTask[][] {
  const batches: ParseTask[][] = [];
  let bytes = BATCH_BYTES;
  for (const task of tasks) {
    const last = batches.at(-1);
    if (!last || last.length === BATCH_FILES || bytes + task.size > BATCH_BYTES) {
      batches.push([task]);
      bytes = task.size;
    } else {
      last.push(task);
      bytes += task.size;
    }
  }
  return batches;
}
