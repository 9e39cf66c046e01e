import { parentPort } from 'node:worker_threads';
import { type EmbeddedEngine, type EngineOptions, openEngine } from './embedded-engine.ts';

/** What a thread is asked: to open the engine, and then to call one of its methods. */
export type EngineCall = { readonly id: number } & (
  | { readonly method: 'open'; readonly args: readonly [EngineOptions] }
  | { readonly method: keyof EmbeddedEngine; readonly args: readonly unknown[] }
);

export type EngineReply = { readonly id: number } & ({ readonly value: unknown } | { readonly error: EngineError });

/** An error as it crosses threads, which would drop what tells PostgreSQL's apart. */
export interface EngineError {
  readonly message: string;
  readonly stack: string | undefined;
  /** SQLSTATE, detail and the like. */
  readonly properties: object;
}

let engine: EmbeddedEngine | undefined;

/** A worker thread that has an engine to itself. Calls come in, and what came of them goes out, in whatever sequence. */
parentPort?.on('message', ({ id, method, args }: EngineCall) => {
  const reply = (answer: object) => parentPort?.postMessage({ id, ...answer });
  run(method, args).then(
    (value) => reply({ value }),
    (error: Error) => reply({ error: toPlain(error) }),
  );
});

async function run(method: EngineCall['method'], args: readonly unknown[]): Promise<unknown> {
  if (method === 'open') {
    engine = await openEngine(args[0] as EngineOptions);
    return;
  }
  return (engine as unknown as Record<string, (...args: readonly unknown[]) => unknown>)[method]?.(...args);
}

function toPlain(error: Error): EngineError {
  return { message: error.message, stack: error.stack, properties: JSON.parse(JSON.stringify(error)) };
}
