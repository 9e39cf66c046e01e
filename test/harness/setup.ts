import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';

/** Makes one empty embedded database, so that each test file begins with a copy of it and not with seconds of initdb. */
export default async function setup(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'newsgraph-test-'));
  const empty = await PGlite.create();
  const snapshot = await empty.dumpDataDir('none');
  await empty.close();
  const path = join(folder, 'empty.tar');
  await writeFile(path, Buffer.from(await snapshot.arrayBuffer()));
  process.env['TEST_FOLDER'] = folder;
  process.env['TEST_SNAPSHOT'] = path;
}
