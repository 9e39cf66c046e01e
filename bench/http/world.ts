import { join } from 'node:path';
import { type BenchDatabase, withDatabase } from '../database.ts';
import { withFolder } from '../folder.ts';
import { runNode } from '../process.ts';
import { checkRows } from '../sync/answers.ts';
import { type Corpus, generate } from '../sync/corpora.ts';
import { NEWSGRAPH } from './contestants.ts';
import { createPeerFunctions } from './peer-functions.ts';
import { drawSample, type Sample } from './sample.ts';

/** What all servers stand on: one corpus in one database. */
export interface World {
  readonly corpus: Corpus;
  /** That the corpus lies in: where `newsgraph` runs. */
  readonly folder: string;
  readonly database: BenchDatabase;
  readonly sample: Sample;
}

/** Makes the corpus, has newsgraph sync it into a new database, and removes both when `work` is done. */
export function withWorld<T>(documents: number, work: (world: World) => Promise<T>): Promise<T> {
  return withFolder((folder) =>
    withDatabase(async (database) => {
      console.error(`writing and syncing ${documents.toLocaleString('en')} documents`);
      const corpus = await generate(join(folder, 'corpus'), documents);
      await newsgraph(database, folder, ['migrate']);
      await newsgraph(database, folder, ['sync', '--json', 'corpus']);
      await checkRows(database, corpus);
      await createPeerFunctions(database);
      // As autovacuum would within minutes.
      await database.sql.unsafe('vacuum analyze');
      return work({ corpus, folder, database, sample: await drawSample(database, 'preview') });
    }),
  );
}

function newsgraph({ url }: BenchDatabase, folder: string, args: readonly string[]) {
  return runNode([NEWSGRAPH, ...args], folder, { ...process.env, DATABASE_URL: url });
}
