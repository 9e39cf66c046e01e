import type { Config } from '../config.ts';
import { migrate } from '../db/migrate.ts';
import { openDatabase } from '../db/open.ts';

export async function runMigrate(config: Config): Promise<number> {
  const database = await openDatabase(config);
  try {
    const applied = await migrate(database);
    console.log(`${database.name}: ${applied === 0 ? 'already up to date' : `applied ${applied} migration(s)`}`);
    return 0;
  } finally {
    await database.close();
  }
}
