import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

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
    async stop(signal = 'SIGINT') {
      child.kill(signal);
      return ended;
    },
  };
}
