import { availableParallelism } from 'node:os';
import { z } from 'zod';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** The environment that newsgraph reads, each variable with what is expected of it. */
const environment = z.object({
  PORT: number('a port from 0 to 65535', 0, 65_535).default(4000),
  HOST: z.string('expected a host name or address').min(1).optional(),
  DATABASE_URL: z.string().refine(isPostgresUrl, 'expected postgres://user:password@host:port/database').optional(),
  CONTENT_DIR: z.string().min(1).default('seeds'),
  DATA_DIR: z.string().min(1).default('.newsgraph'),
  PREVIEW_TOKENS: z
    .string()
    .transform((list) => list.split(',').map((hash) => hash.trim().toLowerCase()))
    .refine(
      (hashes) => hashes.every((hash) => /^[0-9a-f]{64}$/.test(hash)),
      'expected the SHA-256 of each token in hex, separated by commas (printf %s TOKEN | sha256sum)',
    )
    .default([]),
  WORKERS: number('a number of threads from 1 to 64', 1, 64).optional(),
  CACHE_MB: number('megabytes from 0 (nothing is kept) to 65536', 0, 65_536).default(32),
  LOG_LEVEL: z.enum(LOG_LEVELS, `expected one of ${LOG_LEVELS.join(', ')}`).optional(),
});

export type Command = 'dev' | 'serve' | 'sync' | 'migrate';

export interface Config {
  readonly port: number;
  readonly host: string;
  /** Left out where the embedded database is meant. */
  readonly databaseUrl?: string;
  readonly contentDir: string;
  readonly dataDir: string;
  /** SHA-256 of each preview token, in lower-case hex. */
  readonly previewTokens: readonly string[];
  /** Threads that parse files. */
  readonly workers: number;
  /** How many bytes of published answers a server keeps. */
  readonly cacheBytes: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

/** Thrown for a wrong environment: its message lists every fault at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(faults: readonly string[]) {
    const count = faults.length === 1 ? 'a setting is' : `${faults.length} settings are`;
    super(`${count} wrong:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}

/** The settings of `command`. An empty variable counts as not set. Throws `ConfigError`. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>, command: Command): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  const result = environment.safeParse(given);
  const faults = result.success ? [] : result.error.issues.map((issue) => toFault(issue, given));
  faults.push(...requirementsOf(command, given));
  if (!result.success || faults.length > 0) throw new ConfigError(faults);
  return toConfig(result.data, command);
}

function toConfig(env: z.infer<typeof environment>, command: Command): Config {
  return {
    port: env.PORT,
    host: env.HOST ?? (command === 'serve' ? '0.0.0.0' : '127.0.0.1'),
    // Development keeps to its own database, so that it can never show or change a real one by accident.
    ...(env.DATABASE_URL && command !== 'dev' && { databaseUrl: env.DATABASE_URL }),
    contentDir: env.CONTENT_DIR,
    dataDir: env.DATA_DIR,
    previewTokens: env.PREVIEW_TOKENS,
    workers: env.WORKERS ?? Math.min(availableParallelism(), 8),
    cacheBytes: env.CACHE_MB * 1_000_000,
    logLevel: env.LOG_LEVEL ?? (command === 'serve' ? 'info' : 'warn'),
  };
}

function requirementsOf(command: Command, env: Readonly<Record<string, string | undefined>>): string[] {
  if ((command === 'serve' || command === 'migrate') && !env['DATABASE_URL']) {
    return [
      `DATABASE_URL: expected the PostgreSQL to ${command === 'serve' ? 'serve from' : 'migrate'} (postgres://user:password@host:port/database), got nothing`,
    ];
  }
  if (command === 'dev' && env['HOST'] && !LOOPBACK.has(env['HOST'])) {
    return [
      `HOST: expected 127.0.0.1, ::1 or localhost, as drafts are shown without a token, got "${env['HOST']}" (npm run serve listens everywhere)`,
    ];
  }
  return [];
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

function toFault(issue: z.core.$ZodIssue, env: Readonly<Record<string, string | undefined>>): string {
  const name = String(issue.path[0]);
  // What a URL or a token list holds is nobody's business but its owner's.
  const got = name === 'DATABASE_URL' || name === 'PREVIEW_TOKENS' ? 'something else' : `"${env[name]}"`;
  return `${name}: ${issue.message}, got ${got}`;
}

function number(what: string, min: number, max: number) {
  const message = `expected ${what}`;
  return z
    .string()
    .regex(/^\d+$/, message)
    .transform(Number)
    .refine((n) => n >= min && n <= max, message);
}

function isPostgresUrl(text: string): boolean {
  return /^postgres(ql)?:\/\/./.test(text) && URL.canParse(text);
}
