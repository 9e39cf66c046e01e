import { Worker } from 'node:worker_threads';
import type { EmbeddedEngine, EngineOptions } from './embedded-engine.ts';
import type { EngineCall, EngineError, EngineReply } from './engine-thread.ts';

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** The engine, on a thread of its own: while it runs a statement this process goes on, on another core. */
export async function openThreadedEngine(options: EngineOptions): Promise<EmbeddedEngine> {
  const worker = new Worker(new URL('./engine-thread.js', import.meta.url));
  const waiting = new Map<number, Waiting>();
  let calls = 0;
  let ended: Error | undefined;

  const call = <T>(method: EngineCall['method'], ...args: unknown[]) =>
    new Promise<T>((resolve, reject) => {
      if (ended) return reject(ended);
      // Only while it is asked for something does it keep the process alive.
      if (waiting.size === 0) worker.ref();
      waiting.set(++calls, { resolve, reject });
      worker.postMessage({ id: calls, method, args });
    });
  const end = (error: Error) => {
    ended ??= error;
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on('message', (reply: EngineReply) => {
    const { resolve, reject } = waiting.get(reply.id) as Waiting;
    waiting.delete(reply.id);
    if (waiting.size === 0) worker.unref();
    if ('error' in reply) reject(toError(reply.error));
    else resolve(reply.value as never);
  });
  worker.on('error', end);
  worker.on('exit', () => end(new Error('the embedded database has ended')));

  try {
    await call('open', options);
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  return {
    rows: (text, parameters, how) => call('rows', text, parameters, how),
    texts: (text, parameters, how) => call('texts', text, parameters, how),
    script: (statements) => call('script', statements),
    async close() {
      await call('close');
      await worker.terminate();
    },
  };
}

function toError({ message, stack, properties }: EngineError): Error {
  return Object.assign(new Error(message), properties, { stack });
}
