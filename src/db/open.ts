import type { Database, StatementListener } from './database.ts';

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
  const { databaseUrl: url, dataDir: folder, statementTimeout } = config;
  // The engine that is not asked for is not loaded: that would take longer than many a sync.
  if (url) {
    const { openPostgres } = await import('./postgres.ts');
    return openPostgres({ url, ...(statementTimeout && { statementTimeout }), ...listener });
  }
  const { openEmbedded } = await import('./embedded.ts');
  return openEmbedded({ folder, ...listener });
}
