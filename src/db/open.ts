import type { Database, StatementListener } from './database.ts';
import { openEmbedded } from './embedded.ts';
import { openPostgres } from './postgres.ts';

/** The server that `databaseUrl` names, or else the embedded database under `dataDir`. */
export async function openDatabase(
  config: { readonly databaseUrl?: string | undefined; readonly dataDir: string },
  onStatement?: StatementListener,
): Promise<Database> {
  const listener = onStatement ? { onStatement } : {};
  if (config.databaseUrl) return openPostgres({ url: config.databaseUrl, ...listener });
  return openEmbedded({ folder: config.dataDir, ...listener });
}
