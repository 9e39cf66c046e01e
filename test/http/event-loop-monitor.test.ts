import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { engines, type TestDatabase, withSeeds } from '../harness/engines.ts';
import { HttpServer, type Received } from '../harness/http-client.ts';

const TITLES = '{ articles { nodes { title } } }';

describe('a process that cannot keep up', () => {
  let database: TestDatabase;
  let server: HttpServer;

  beforeAll(async () => {
    const [, open] = engines[0] as (typeof engines)[number];
    database = await withSeeds(await open());
    server = await HttpServer.open(database, { anonymous: 'PREVIEW', shedsLoad: true });
  });

  afterAll(async () => {
    await server.close();
    await database.close();
  });

  /** What is answered to requests that come while nothing can be done for `milliseconds`. */
  async function whileBusyFor(milliseconds: number, path?: string): Promise<Received> {
    const asked = path === undefined ? server.ask(TITLES) : server.send({ path });
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
    return asked;
  }

  test('refuses at once, without SQL, and is back as soon as it keeps up again', async () => {
    expect((await server.ask(TITLES)).status).toBe(200);
    database.statements.length = 0;
    const { status, headers, body } = await whileBusyFor(1_500);
    expect({ status, retryAfter: headers['retry-after'] }).toEqual({ status: 503, retryAfter: '1' });
    expect(JSON.parse(String(body)).errors[0].extensions.code).toBe('SERVICE_UNAVAILABLE');
    expect(database.statements).toEqual([]);
    await sleep(250);
    expect((await server.ask(TITLES)).status).toBe(200);
  });

  test('says that it lives all the same', async () => {
    expect((await whileBusyFor(1_500, '/health')).status).toBe(200);
  });

  test('a short delay refuses nobody', async () => {
    await sleep(250);
    expect((await whileBusyFor(300)).status).toBe(200);
  });
});
