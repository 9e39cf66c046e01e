import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** What one run of a program cost. What only Linux tells is null elsewhere. */
export interface Run {
  readonly stdout: string;
  /** From start to exit, in seconds. */
  readonly wall: number;
  /** CPU of its threads, in seconds. */
  readonly cpu: number | null;
  /** The most memory it held, in MB. */
  readonly peak: number | null;
}

/** Aborted when the bench is told to stop: what runs ends, and what it left is removed. */
export const stop = new AbortController();

const POLL_MS = 20;

/** Runs `node ARGS…` to its end; throws unless it ends well. Its errors are shown as they come. */
export async function runNode(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<Run> {
  const start = performance.now();
  const child = spawn(process.execPath, args, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'], signal: stop.signal });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  const exited = once(child, 'exit').then(() => performance.now());
  const isRunning = () => child.exitCode === null && child.signalCode === null;
  const [end, usage] = await Promise.all([exited, pollUsage(child.pid, isRunning), once(child, 'close')]);
  if (child.exitCode !== 0) {
    throw new Error(
      `expected node ${args.join(' ')} to end well, got ${child.exitCode ?? child.signalCode}\n${stdout}`,
    );
  }
  return { stdout, wall: seconds(end - start), ...usage };
}

/** Runs a program to its end, its output shown as errors are; throws unless it ends well. */
export async function runProgram(program: string, args: readonly string[], cwd: string): Promise<void> {
  const child = spawn(program, args, { cwd, stdio: ['ignore', 2, 2], signal: stop.signal });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`expected ${program} ${args.join(' ')} to end well, got ${code}`);
}

/** Both numbers only ever grow: the last look before the end counts. */
async function pollUsage(pid: number | undefined, isRunning: () => boolean): Promise<Pick<Run, 'cpu' | 'peak'>> {
  let cpu: number | null = null;
  let peak: number | null = null;
  while (pid !== undefined && isRunning()) {
    cpu = (await cpuOf(pid)) ?? cpu;
    peak = (await peakOf(pid)) ?? peak;
    await sleep(POLL_MS);
  }
  return { cpu, peak };
}

const TICKS_PER_SECOND = 100;

/** CPU that process `pid`, and those of its children that have ended, have used so far, in seconds; null where there is no /proc. */
export async function cpuOf(pid: number): Promise<number | null> {
  const stat = await statOf(pid);
  return stat && (stat.utime + stat.stime + stat.cutime + stat.cstime) / TICKS_PER_SECOND;
}

/** What was used between two looks, where both could be taken. */
export function usedBetween(before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : after - before;
}

/** The process that has started process `pid`; null unless that is one of this name. */
export async function parentOf(pid: number, name: string): Promise<number | null> {
  const stat = await statOf(pid);
  return stat?.name === name ? stat.parent : null;
}

/** Of /proc/PID/stat what is asked for here; null once the process has ended. */
async function statOf(pid: number) {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (line === null) return null;
  // The program's name stands in parentheses and may hold anything.
  const end = line.lastIndexOf(')');
  const [, parent = 0, , , , , , , , , , utime = 0, stime = 0, cutime = 0, cstime = 0] = line
    .slice(end + 2)
    .split(' ')
    .map(Number);
  return { name: line.slice(line.indexOf('(') + 1, end), parent, utime, stime, cutime, cstime };
}

/** As `cpuOf`, of the process and all that it has started, in turn. */
export async function cpuOfFamily(pid: number): Promise<number | null> {
  return sumOfKnown(await Promise.all((await familyOf(pid)).map(cpuOf)));
}

/** Memory that process `pid` and all that it has started hold just now, in MB; null where there is no /proc. */
export async function memoryOfFamily(pid: number): Promise<number | null> {
  return sumOfKnown(await Promise.all((await familyOf(pid)).map((member) => statusOf(member, 'VmRSS'))));
}

async function familyOf(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const families = await Promise.all(children.split(' ').filter(Boolean).map(Number).map(familyOf));
  return [pid, ...families.flat()];
}

function sumOfKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length > 0 ? known.reduce((sum, value) => sum + value) : null;
}

function peakOf(pid: number): Promise<number | null> {
  return statusOf(pid, 'VmHWM');
}

/** A line of /proc/PID/status, in MB. */
async function statusOf(pid: number, name: 'VmHWM' | 'VmRSS'): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1];
  return kilobytes === undefined ? null : Math.round(Number(kilobytes) / 1024);
}

/** Of milliseconds, to the millisecond. */
export function seconds(milliseconds: number): number {
  return Math.round(milliseconds) / 1000;
}
