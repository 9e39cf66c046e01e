import { setTimeout as sleep } from 'node:timers/promises';
import { WrongAnswer } from '../wrong-answer.ts';
import type { HttpRequest } from './ask.ts';
import type { Contestant } from './contestants.ts';
import type { Times } from './load.ts';
import type { Bench } from './part.ts';

/** Times of quick requests while one other request waits for its statement. */
export type Neighbours = Times;

const WAIT_SECONDS = 2;
const QUICK = 'query Quick { articles(first: 5) { nodes { title } } }';
const SLOW = 'query Slow { articles(first: 5) { nodes { images(first: 1) { url } } } }';

/**
 * Whether one slow statement blocks others. A lock on a table that only the slow request reads makes it as slow as is
 * wanted, and the machine no busier. Quick requests that are stuck behind it, on its connection, take as long as the lock.
 */
export async function measureNeighbours({ world, press }: Bench, server: Contestant): Promise<Neighbours> {
  const { sql } = world.database;
  const quick = { ...toRequest(server, 'Quick', QUICK), kind: 'Quick' };
  const plan = { origin: server.origin, requests: [quick], connections: 10, status: 200 } as const;
  await press({ ...plan, seconds: 0.5 });
  const { waiting, pressed } = await sql.begin(async (transaction) => {
    await transaction`lock table preview.article_images in access exclusive mode`;
    const { path, ...slow } = toRequest(server, 'Slow', SLOW);
    const slowAnswer = fetch(server.origin + path, slow as RequestInit).then((response) => response.text());
    const result = await press({ ...plan, seconds: WAIT_SECONDS });
    const isWaiting = await Promise.race([slowAnswer.then(() => false), sleep(10, true)]);
    if (!isWaiting) throw new WrongAnswer(`${server.name}: expected a request that waits for a lock, got its answer`);
    return { waiting: { answer: slowAnswer }, pressed: result };
  });
  const text = await waiting.answer;
  if (!text.startsWith('{"data":{')) throw new WrongAnswer(`${server.name}: expected data after the lock, got ${text}`);
  return pressed.kinds['Quick'] as Times;
}

function toRequest({ headers }: Contestant, operationName: string, query: string): HttpRequest {
  const body = JSON.stringify({ operationName, query });
  return { method: 'POST', path: '/graphql', headers: { 'content-type': 'application/json', ...headers }, body };
}
