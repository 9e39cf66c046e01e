import type { Database, StatementListener } from './database.ts';
import { openEmbedded } from './embedded.ts';
import { openPostgres } from './postgres.ts';

/** The server that `databaseUrl` names, or else the embedded database under `dataDir`. */
export async function openDatabase(
  config: {
    readonly databaseUrl?: string | undefined;
    readonly dataDir: string;
    readonly statementTimeout?: number | undefined;
  },
  onStatement?: StatementListener,
): Promise<Database> {
  const listener = onStatement ? { onStatement } : {};
  const { databaseUrl: url, statementTimeout } = config;
  if (url) return openPostgres({ url, ...(statementTimeout && { statementTimeout }), ...listener });
  return openEmbedded({ folder: config.dataDir, ...listener });
}
