import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestServer } from './client.ts';
import { engines, serve, type TestDatabase, withSeeds } from './engines.ts';

describe.each(engines)('articles on %s', (_name, open) => {
  let database: TestDatabase;
  let server: TestServer;

  beforeAll(async () => {
    database = await withSeeds(await open());
    server = serve(database);
  });

  afterAll(() => database.close());

  test('the two seeds are two articles, newest first', async () => {
    const { articles } = await server.data('{ articles { totalCount nodes { title } } }');
    expect(articles).toEqual({
      totalCount: 2,
      nodes: [
        { title: 'Cryptominers are looking at converting their mining farms into AI operations' },
        { title: 'AI Needs Specialized Processors. Crypto Miners Say They Have Them' },
      ],
    });
  });
});
