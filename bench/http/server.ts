import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { cpuOfFamily, memoryOfFamily, stop } from '../process.ts';

/** How to start a server that listens on 127.0.0.1, at the port in its environment. */
export interface Launch {
  readonly name: string;
  readonly node: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** A server in a process of its own. */
export interface Server {
  readonly name: string;
  /** `http://127.0.0.1:41234` */
  readonly origin: string;
  /** CPU that it has used so far, in seconds. */
  cpu(): Promise<number | null>;
  /** What it holds just now, in MB. */
  memory(): Promise<number | null>;
}

const POLL_MS = 50;
const GRACE_MS = 5_000;

/** Lends `work` a server that answers, and ends it whatever happens. */
export async function withServer<T>(launch: Launch, work: (server: Server) => Promise<T>): Promise<T> {
  const port = await freePort();
  const env = { ...process.env, NODE_ENV: 'production', ...launch.env, HOST: '127.0.0.1', PORT: String(port) };
  const child = spawn(launch.node, launch.args, { env, stdio: ['ignore', 'ignore', 'pipe'], signal: stop.signal });
  child.on('error', () => {});
  const complaints = tailOf(child);
  const origin = `http://127.0.0.1:${port}`;
  const pid = child.pid as number;
  try {
    while (!(await answers(origin))) {
      if (hasEnded(child)) throw new Error(`expected ${launch.name} to listen, but it ended: ${complaints()}`);
      await sleep(POLL_MS);
    }
    return await work({ name: launch.name, origin, cpu: () => cpuOfFamily(pid), memory: () => memoryOfFamily(pid) });
  } catch (error) {
    if (!hasEnded(child) || stop.signal.aborted) throw error;
    throw new Error(`expected ${launch.name} to live on, but it ended: ${complaints()}`, { cause: error });
  } finally {
    await end(child);
  }
}

/** All of them at once. */
export async function withServers<T>(
  [launch, ...others]: readonly Launch[],
  work: (servers: Server[]) => Promise<T>,
): Promise<T> {
  if (!launch) return work([]);
  return withServer(launch, (server) => withServers(others, (servers) => work([server, ...servers])));
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** Whether there is any answer, be it a refusal. */
async function answers(origin: string): Promise<boolean> {
  const response = await fetch(`${origin}/health`).catch(() => null);
  await response?.arrayBuffer();
  return response !== null;
}

/** The last lines of what a process says of its errors. */
function tailOf(child: ChildProcess): () => string {
  let tail = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    tail = (tail + text).slice(-2_000);
  });
  return () => tail;
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function end(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const impatience = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  await exited;
  clearTimeout(impatience);
}
