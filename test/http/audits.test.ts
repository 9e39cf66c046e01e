import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { auditServer, type ServerAuditOptions, serverAudits } from 'graphql-http';
import { engines, type TestDatabase, withSeeds } from '../harness/engines.ts';
import { HttpServer } from '../harness/http-client.ts';

/** As many as graphql-http has: an audit that is gone would be one that nobody runs. */
const AUDITS = 61;

const NO_SERVER: ServerAuditOptions = { url: '' };

describe.each([
  ['through the express lane', true],
  ['the ordinary way', false],
])('GraphQL over HTTP, as its audits have it, %s', (_way, lane) => {
  let database: TestDatabase;
  let server: HttpServer;

  beforeAll(async () => {
    const [, open] = engines[0] as (typeof engines)[number];
    database = await withSeeds(await open());
    server = await HttpServer.open(database, { lane });
    // Then the lane knows the documents that audits ask with.
    await auditServer({ url: `${server.origin}/graphql` });
  });

  afterAll(async () => {
    await server.close();
    await database.close();
  });

  test(`there are ${AUDITS} of them`, () => {
    expect(serverAudits(NO_SERVER)).toHaveLength(AUDITS);
  });

  test.each(serverAudits(NO_SERVER).map(({ id, name }) => [id, name]))('%s: %s', async (id) => {
    const audit = serverAudits({ url: `${server.origin}/graphql` }).find((one) => one.id === id);
    const result = await audit?.fn();
    expect(result).toMatchObject({ status: 'ok' });
  });
});
