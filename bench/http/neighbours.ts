import { setTimeout as sleep } from 'node:timers/promises';
import { WrongAnswer } from '../wrong-answer.ts';
import type { HttpRequest } from './ask.ts';
import type { Contestant } from './contestants.ts';
import type { Times } from './load.ts';
import type { Bench } from './part.ts';

/** Times of quick requests while one other request waits for its statement. */
export type Neighbours = Times;

const WAIT_MS = 2_000;
const AROUND_MS = 500;
const QUICK = 'query Quick { articles(first: 5) { nodes { title } } }';
const SLOW = 'query Slow { articles(first: 5) { nodes { images(first: 1) { url } } } }';

/**
 * Whether one slow statement blocks others. A lock on a table that only the slow request reads makes it as slow as is
 * wanted, and the machine no busier. Quick requests that are stuck behind it, on its connection, take as long as the lock;
 * they go on for a while after it, so that these are answered too.
 */
export async function measureNeighbours(bench: Bench, server: Contestant): Promise<Neighbours> {
  const quick = { ...toRequest(server, 'Quick', QUICK), kind: 'Quick' };
  const plan = { origin: server.origin, requests: [quick], connections: 10, status: 200 } as const;
  await bench.press({ ...plan, seconds: AROUND_MS / 1000 });
  const pressing = bench.press({ ...plan, seconds: (WAIT_MS + 2 * AROUND_MS) / 1000 });
  const [pressed] = await Promise.all([pressing, sleep(AROUND_MS).then(() => haveOneWait(bench, server))]);
  return pressed.kinds['Quick'] as Times;
}

async function haveOneWait({ world }: Bench, server: Contestant): Promise<void> {
  const { path, ...slow } = toRequest(server, 'Slow', SLOW);
  let answer: Promise<string> | undefined;
  await world.database.sql.begin(async (transaction) => {
    await transaction`lock table preview.article_images in access exclusive mode`;
    answer = fetch(server.origin + path, slow as RequestInit).then((response) => response.text());
    const isAnswered = await Promise.race([answer.then(() => true), sleep(WAIT_MS, false)]);
    if (isAnswered) throw new WrongAnswer(`${server.name}: expected a request that waits for a lock, got its answer`);
  });
  const text = await answer;
  if (!text?.startsWith('{"data":{'))
    throw new WrongAnswer(`${server.name}: expected data after the lock, got ${text}`);
}

function toRequest({ headers }: Contestant, operationName: string, query: string): HttpRequest {
  const body = JSON.stringify({ operationName, query });
  return { method: 'POST', path: '/graphql', headers: { 'content-type': 'application/json', ...headers }, body };
}
