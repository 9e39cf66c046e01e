import { execFile, spawn } from 'node:child_process';
import { cp } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { type TestFolder, testFolder } from './files.ts';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Environment = Record<string, string>;

/** Compiles `src`, once per test file that runs commands. */
export async function build(): Promise<void> {
  await promisify(execFile)('node_modules/.bin/tsc', ['--build', '--noCheck']);
}

/** A data folder with the seeds in it, to copy: making one takes seconds, which only a first start is about. */
export interface PreparedData {
  copyTo(folder: TestFolder): Promise<void>;
  dispose(): Promise<void>;
}

export async function prepareData(): Promise<PreparedData> {
  const folder = await testFolder();
  await build();
  await run(['sync', 'seeds'], { DATA_DIR: folder.path });
  return { copyTo: (other) => cp(folder.path, other.path, { recursive: true }), dispose: folder.dispose };
}

/** Runs one newsgraph command to its end, with nothing in its environment but `env`. */
export function run(args: readonly string[], env: Environment = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['dist/main.js', ...args], { env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

/** A command that goes on until it is stopped. */
export interface Running {
  readonly pid: number;
  /** Resolves with the first match of its output so far or to come; rejects if the command ends before. */
  seen(pattern: RegExp): Promise<RegExpExecArray>;
  /** All it has printed so far. */
  output(): string;
  /** Resolves when `condition` holds, looked at every 50 ms. */
  until(condition: () => boolean): Promise<void>;
  /** Sends a signal and resolves with the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export function start(args: readonly string[], env: Environment = {}): Running {
  const child = spawn(process.execPath, ['dist/main.js', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  let output = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
      for (const listener of listeners) listener();
    });
  }
  return {
    pid: child.pid as number,
    seen: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(output);
          if (!match) return;
          listeners.delete(look);
          resolve(match);
        };
        listeners.add(look);
        look();
        ended.then((code) => reject(new Error(`ended with ${code} before ${pattern}:\n${output}`)));
      }),
    output: () => output,
    async until(condition) {
      const deadline = Date.now() + 60_000;
      while (!condition()) {
        if (Date.now() > deadline) throw new Error(`not within a minute:\n${output}`);
        await sleep(50);
      }
    },
    async stop(signal = 'SIGINT') {
      child.kill(signal);
      return ended;
    },
  };
}
