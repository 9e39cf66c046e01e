import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds from a request for /health to its answer. */
export interface Delays {
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}

const EVERY_MS = 20;

/** Looks at /health again and again while the calls of `look` last, one look at a time. */
export async function withHealthLooks(
  origin: string,
  work: (look: <T>(during: () => Promise<T>) => Promise<T>) => Promise<void>,
): Promise<Delays> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const delays: number[] = [];
  await work(async (during) => {
    let isOver = false;
    const result = during().finally(() => {
      isOver = true;
    });
    while (!isOver) {
      delays.push(await timeOf(`${origin}/health`, agent));
      await sleep(EVERY_MS);
    }
    return result;
  });
  agent.destroy();
  delays.sort((a, b) => a - b);
  const at = (share: number) => delays[Math.floor(share * (delays.length - 1))] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99), longest: at(1) };
}

function timeOf(url: string, agent: Agent): Promise<number> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.resume().on('end', () => resolve(performance.now() - start));
    }).on('error', reject);
  });
}
