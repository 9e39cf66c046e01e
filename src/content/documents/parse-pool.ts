import { Worker } from 'node:worker_threads';
import { CAN_USE_THREADS } from '../../lib/threads.ts';
import type { FoundFile } from '../files/scan.ts';
import type { ParsedBatch, ParseTask } from './parse.ts';

/** A batch ends with whichever comes first. */
const BATCH_FILES = 64;
const BATCH_BYTES = 4_000_000;

/**
 * Without a limit of its own a thread's heap grows to the machine's: collecting garbage sooner
 * costs next to nothing.
 */
const LIMITS = { maxOldGenerationSizeMb: 192, maxYoungGenerationSizeMb: 16 };

/**
 * Batches that a thread may be ahead of whoever takes them: it need not wait while another thread's
 * are taken.
 */
const AHEAD = 3;

/**
 * Parses files on up to `threads` worker threads, batch by batch, in no particular order. It reads
 * ahead by no more than some batches for each thread, so that memory does not grow with the number
 * of files. `before` says which document a file held.
 */
export async function* parseAll(
  files: readonly FoundFile[],
  threads: number,
  before: (path: string) => string | undefined = () => undefined,
): AsyncGenerator<ParsedBatch> {
  if (files.length === 0) return;
  const batches = inBatches(files);
  const tasks = toTasks(batches, before);
  const count = Math.min(threads, Math.ceil(batches.length / 2));
  // A thread takes longer to start than a few files to parse.
  if (count < 2 || !CAN_USE_THREADS) {
    yield* parsedHere(tasks);
    return;
  }
  const workers = Array.from(
    { length: count },
    () => new Worker(new URL('./parse-worker.js', import.meta.url), { resourceLimits: LIMITS }),
  );
  try {
    yield* spread(tasks, workers);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

type Tasks = Iterable<readonly ParseTask[]>;

/** The parser is loaded when there is something to parse, and by whoever parses. */
async function* parsedHere(tasks: Tasks): AsyncGenerator<ParsedBatch> {
  const { parseFiles } = await import('./parse.ts');
  for (const batch of tasks) yield parseFiles(batch);
}

async function* spread(waiting: Tasks, workers: readonly Worker[]): AsyncGenerator<ParsedBatch> {
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
async function* parsedBy(worker: Worker, waiting: Tasks): AsyncGenerator<ParsedBatch, void> {
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

/** Each batch as it is asked for: there may be many files. */
function* toTasks(
  batches: readonly FoundFile[][],
  before: (path: string) => string | undefined,
): Generator<ParseTask[]> {
  for (const batch of batches) yield batch.map((file) => ({ ...file, before: before(file.path) }));
}

function inBatches(files: readonly FoundFile[]): FoundFile[][] {
  const batches: FoundFile[][] = [];
  let bytes = BATCH_BYTES;
  for (const file of files) {
    const last = batches.at(-1);
    if (!last || last.length === BATCH_FILES || bytes + file.size > BATCH_BYTES) {
      batches.push([file]);
      bytes = file.size;
    } else {
      last.push(file);
      bytes += file.size;
    }
  }
  return batches;
}
