import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { toTrustedProxies } from './lib/client-address.ts';
import { isTokenHash } from './lib/token-hash.ts';
import { DEFAULT_LIMITS, type Limits } from './operation/limits/limits.ts';

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
      (hashes) => hashes.every(isTokenHash),
      'expected the SHA-256 of each token in hex, separated by commas (printf %s TOKEN | sha256sum)',
    )
    .default([]),
  PREVIEW_TOKENS_FILE: z.string().min(1).optional(),
  WORKERS: number('a number of threads from 1 to 64', 1, 64).optional(),
  CACHE_MB: number('megabytes from 0 (nothing is kept) to 65536', 0, 65_536).default(32),
  MAX_COST: number('points from 1 to 1000000000', 1, 1_000_000_000).default(DEFAULT_LIMITS.maxCost),
  MAX_DEPTH: number('levels from 1 to 100', 1, 100).default(DEFAULT_LIMITS.maxDepth),
  MAX_TOKENS: number('a number from 1 to 100000', 1, 100_000).default(DEFAULT_LIMITS.maxTokens),
  MAX_ALIASES: number('a number from 0 to 10000', 0, 10_000).default(DEFAULT_LIMITS.maxAliases),
  MAX_DIRECTIVES: number('a number from 0 to 10000', 0, 10_000).default(DEFAULT_LIMITS.maxDirectives),
  MAX_BODY_KB: number('kilobytes from 1 to 100000', 1, 100_000).default(DEFAULT_LIMITS.maxBodyBytes / 1_024),
  RATE_LIMIT: z
    .union(
      [z.literal('off').transform(() => null), number('', 1, 1_000_000_000)],
      'expected off, or points a minute from 1',
    )
    .default(null),
  REDIS_URL: z.string().refine(isRedisUrl, 'expected redis://user:password@host:port').optional(),
  TRUSTED_PROXIES: z
    .string()
    .transform((list) => list.split(',').map((block) => block.trim()))
    .refine(areBlocks, 'expected addresses and CIDR blocks, separated by commas (10.0.0.0/8,::1)')
    .default([]),
  TRUSTED_DOCUMENTS: z.string().min(1).optional(),
  TRUSTED_DOCUMENTS_MODE: z.enum(['open', 'strict'], 'expected open or strict').default('open'),
  MAX_SUBSCRIPTIONS: number('a number from 0 to 1000000', 0, 1_000_000).default(2_000),
  REQUEST_TIMEOUT_MS: number('milliseconds from 100 to 600000', 100, 600_000).default(10_000),
  STATEMENT_TIMEOUT_MS: number('milliseconds from 100 to 600000', 100, 600_000).default(5_000),
  GRACE_SECONDS: number('seconds from 0 to 600', 0, 600).default(10),
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
  /** The path of a file with more of them, a line each; it is read again when it changes. */
  readonly previewTokensFile?: string;
  /** Threads that parse files. */
  readonly workers: number;
  /** How many bytes of published answers a server keeps. */
  readonly cacheBytes: number;
  readonly limits: Limits;
  readonly rateLimit: {
    /** A minute, for each client; null: unlimited. */
    readonly points: number | null;
    readonly redisUrl?: string;
    /** Addresses and CIDR blocks. */
    readonly trustedProxies: readonly string[];
  };
  readonly trustedDocuments: {
    /** The path of a manifest. */
    readonly manifest?: string;
    readonly isStrict: boolean;
  };
  /** That may be open at a time. */
  readonly maxSubscriptions: number;
  /** In milliseconds. */
  readonly requestTimeout: number;
  /** In milliseconds. */
  readonly statementTimeout: number;
  /** How long requests under way may take when the server is to end. */
  readonly graceSeconds: number;
  readonly logLevel: (typeof LOG_LEVELS)[number];
}

/** Thrown for a wrong environment: its message lists every problem at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(problems: readonly string[]) {
    const count = problems.length === 1 ? 'a setting is' : `${problems.length} settings are`;
    super(`${count} wrong:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

/** The settings of `command`. An empty variable counts as not set. Throws `ConfigError`. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>, command: Command): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  const result = environment.safeParse(given);
  const problems = result.success ? [] : result.error.issues.map((issue) => toProblem(issue, given));
  problems.push(...requirementsOf(command, given));
  if (!result.success || problems.length > 0) throw new ConfigError(problems);
  return toConfig(result.data, command);
}

function toConfig(env: z.infer<typeof environment>, command: Command): Config {
  return {
    port: env.PORT,
    host: env.HOST ?? (command === 'serve' ? '0.0.0.0' : '127.0.0.1'),
    // Development keeps to its own database, so that it can never show or change a real one by
    // accident.
    ...(env.DATABASE_URL && command !== 'dev' && { databaseUrl: env.DATABASE_URL }),
    contentDir: env.CONTENT_DIR,
    dataDir: env.DATA_DIR,
    previewTokens: env.PREVIEW_TOKENS,
    ...(env.PREVIEW_TOKENS_FILE && { previewTokensFile: env.PREVIEW_TOKENS_FILE }),
    workers: env.WORKERS ?? Math.min(availableParallelism(), 8),
    cacheBytes: env.CACHE_MB * 1_000_000,
    limits: {
      maxCost: env.MAX_COST,
      maxDepth: env.MAX_DEPTH,
      maxTokens: env.MAX_TOKENS,
      maxAliases: env.MAX_ALIASES,
      maxDirectives: env.MAX_DIRECTIVES,
      maxBodyBytes: env.MAX_BODY_KB * 1_024,
    },
    rateLimit: {
      points: env.RATE_LIMIT,
      trustedProxies: env.TRUSTED_PROXIES,
      ...(env.REDIS_URL && { redisUrl: env.REDIS_URL }),
    },
    trustedDocuments: {
      isStrict: env.TRUSTED_DOCUMENTS_MODE === 'strict',
      ...(env.TRUSTED_DOCUMENTS && { manifest: env.TRUSTED_DOCUMENTS }),
    },
    maxSubscriptions: env.MAX_SUBSCRIPTIONS,
    requestTimeout: env.REQUEST_TIMEOUT_MS,
    statementTimeout: env.STATEMENT_TIMEOUT_MS,
    graceSeconds: env.GRACE_SECONDS,
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
  if (env['TRUSTED_DOCUMENTS_MODE'] === 'strict' && !env['TRUSTED_DOCUMENTS']) {
    return ['TRUSTED_DOCUMENTS: expected the path of a manifest, as TRUSTED_DOCUMENTS_MODE is strict, got nothing'];
  }
  return [];
}

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

const SECRET = new Set(['DATABASE_URL', 'PREVIEW_TOKENS', 'REDIS_URL']);

function toProblem(issue: z.core.$ZodIssue, env: Readonly<Record<string, string | undefined>>): string {
  const name = String(issue.path[0]);
  // What a URL or a token list holds is nobody's business but its owner's.
  const got = SECRET.has(name) ? 'something else' : `"${env[name]}"`;
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

function isRedisUrl(text: string): boolean {
  return /^rediss?:\/\/./.test(text) && URL.canParse(text);
}

function areBlocks(blocks: readonly string[]): boolean {
  try {
    toTrustedProxies(blocks);
    return true;
  } catch {
    return false;
  }
}

function isPostgresUrl(text: string): boolean {
  return /^postgres(ql)?:\/\/./.test(text) && URL.canParse(text);
}
