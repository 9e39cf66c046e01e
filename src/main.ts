#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { ConfigError, parseConfig } from './config.ts';
import { LockHeldError } from './db/database.ts';
import { FolderInUseError } from './db/folder-lock.ts';
import { Failure } from './lib/failure.ts';

const USAGE = `newsgraph: a GraphQL content API for news

  npm start                    development server with its own database, on this machine only
  npm run serve                production server on DATABASE_URL
  npm run sync -- DIR…         read folders of Markdown files into the database
      --check                  only say which files would be rejected; needs no database
      --dry-run                say what would change, change nothing
      --no-prune               keep what is no longer in the folders
      --watch                  go on whenever a file changes
      --json                   report as one JSON object
      --strict                 exit with 1 if any file was rejected
  npm run migrate              bring DATABASE_URL to this version's tables
  npm run generate             write schema/ anew, unless that breaks clients
      --check                  only say whether it is up to date, and what would break
      --breaking               break them`;

/**
 * The only place that reads the process's arguments and environment. Gives the exit code. Each
 * command is loaded when it is called: a sync needs no GraphQL, and starts in half the time
 * without.
 */
async function main(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [command, ...rest] = argv;
  switch (command) {
    case 'dev':
      parse(rest, {});
      return (await import('./commands/dev.ts')).runDev(parseConfig(env, command));
    case 'serve':
      parse(rest, {});
      return (await import('./commands/serve.ts')).runServe(parseConfig(env, command));
    case 'migrate':
      parse(rest, {});
      return (await import('./commands/migrate.ts')).runMigrate(parseConfig(env, command));
    case 'sync': {
      const { values, positionals } = parse(rest, {
        check: { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false },
        prune: { type: 'boolean', default: true },
        watch: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        strict: { type: 'boolean', default: false },
      });
      const { runSync } = await import('./commands/sync.ts');
      return runSync(parseConfig(env, command), { folders: positionals, dryRun: values['dry-run'], ...values });
    }
    case 'generate':
      return (await import('./commands/generate.ts')).runGenerate(
        parse(rest, {
          check: { type: 'boolean', default: false },
          breaking: { type: 'boolean', default: false },
        }).values,
      );
    default:
      throw new Failure(command ? `expected a command, got ${command}\n\n${USAGE}` : USAGE);
  }
}

type Options = Record<string, { type: 'boolean'; default: boolean }>;

function parse<T extends Options>(args: readonly string[], options: T) {
  try {
    const allowPositionals = Object.keys(options).includes('prune');
    return parseArgs({ args: [...args], options, allowPositionals, allowNegative: true, strict: true });
  } catch (error) {
    throw new Failure(`${(error as Error).message}\n\n${USAGE}`);
  }
}

/** Errors that say all there is to say: their stack would only hide it. */
const PLAIN = [Failure, ConfigError, FolderInUseError, LockHeldError];

function explain(error: unknown): unknown {
  if (PLAIN.some((kind) => error instanceof kind)) return `newsgraph: ${(error as Error).message}`;
  // What a driver or the system says has a code: SQLSTATE, CONNECTION_CLOSED, ECONNREFUSED.
  const cause = ((error as Error).cause ?? error) as NodeJS.ErrnoException;
  return cause.code ? `newsgraph: failed: ${cause.message} (${cause.code})` : error;
}

try {
  process.exitCode = await main(process.argv.slice(2), process.env);
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}
