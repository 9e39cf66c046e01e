import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { TestServer } from '../harness/client.ts';
import { engines, serve, type TestDatabase, withSeeds } from '../harness/engines.ts';

const readme = readFileSync('README.md', 'utf8');

/** Each query of README with the answer that stands below it. */
const examples = [...readme.matchAll(/```graphql\n(.*?)```\s+```json\n(.*?)```/gs)].map(
  ([, query, answer]) => [query as string, JSON.parse(answer as string) as object] as const,
);

describe.each(engines)('README on %s', (_name, open) => {
  let database: TestDatabase;
  let server: TestServer;

  beforeAll(async () => {
    database = await withSeeds(await open());
    server = serve(database);
  });

  afterAll(() => database.close());

  test('has examples', () => expect(examples.length).toBeGreaterThanOrEqual(3));

  test.each(examples)('answers %s as it says', async (query, answer) => {
    const { data, extensions } = await server.ask(query);
    expect({ data, extensions }).toEqual(answer);
  });
});
