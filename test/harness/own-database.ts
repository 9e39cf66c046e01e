import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { sync } from '../../src/content/sync.ts';
import { migrate } from '../../src/db/migrate.ts';
import { openPostgres } from '../../src/db/postgres.ts';

/** A database of a test's own on a server that others use too: with the tables, and the two seeds. */
export interface OwnDatabase {
  readonly url: string;
  /** A client of the test's own, which newsgraph's pools know nothing of. */
  readonly admin: postgres.Sql;
  drop(): Promise<void>;
}

export async function createOwnDatabase(server: string): Promise<OwnDatabase> {
  const name = `newsgraph_test_${randomUUID().slice(0, 8)}`;
  const maker = postgres(server, { max: 1, onnotice: () => {} });
  await maker.unsafe(`create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const database = openPostgres({ url: url.href });
  await migrate(database);
  await sync(database, ['seeds']);
  await database.close();
  const admin = postgres(url.href, { max: 2, onnotice: () => {} });
  return {
    url: url.href,
    admin,
    async drop() {
      await admin.end();
      await maker.unsafe(`drop database ${name} with (force)`);
      await maker.end();
    },
  };
}
