import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { newerNode, peerFile } from './install.ts';
import type { Dialect, Operation } from './question.ts';
import { type Launch, type Server, withServers } from './server.ts';

export const CONTESTANTS = ['newsgraph', 'PostGraphile 5', 'Mercurius + JIT', 'limit'] as const;
export type ContestantName = (typeof CONTESTANTS)[number];

/** A server that is asked, and how. */
export interface Contestant extends Server {
  readonly headers: Readonly<Record<string, string>>;
  dialectOf(operation: Operation): Dialect;
}

export interface ContestantOptions {
  readonly databaseUrl: string;
  /** Whether all run on the Node.js that PostGraphile needs, not that one alone. */
  readonly newerNode: boolean;
}

const TOKEN = 'the-bench-looks-at-drafts';
export const NEWSGRAPH = fileURLToPath(new URL('../../../dist/main.js', import.meta.url));

/** Lends `work` these servers over one database, all at once. */
export function withContestants<T>(
  names: readonly ContestantName[],
  options: ContestantOptions,
  work: (contestants: Contestant[]) => Promise<T>,
): Promise<T> {
  const launches = names.map((name) => launchOf(name, options));
  return withServers(launches, (servers) => work(servers.map(toContestant)));
}

function launchOf(name: ContestantName, { databaseUrl, newerNode: isNewer }: ContestantOptions): Launch {
  const node = isNewer || name === 'PostGraphile 5' ? newerNode() : process.execPath;
  return { name, node, args: PROGRAMS[name], env: { DATABASE_URL: databaseUrl, ...SETTINGS } };
}

const PROGRAMS: Readonly<Record<ContestantName, readonly string[]>> = {
  newsgraph: [NEWSGRAPH, 'serve'],
  'PostGraphile 5': [peerFile('peers/postgraphile.mjs')],
  'Mercurius + JIT': [peerFile('peers/mercurius.mjs')],
  limit: [fileURLToPath(new URL('limit.js', import.meta.url))],
};

const SETTINGS = {
  PREVIEW_TOKENS: createHash('sha256').update(TOKEN).digest('hex'),
  // All requests come from one address.
  RATE_LIMIT: 'off',
  GRAPHILE_ENV: 'production',
};

function toContestant(server: Server): Contestant {
  const dialect = server.name === 'PostGraphile 5' ? 'postgraphile' : 'newsgraph';
  const authorization = { authorization: `Bearer ${TOKEN}` };
  return {
    ...server,
    // PREVIEW: what newsgraph keeps of answers, it keeps of anonymous ones only.
    headers: server.name === 'newsgraph' ? authorization : {},
    dialectOf: (operation) => operation[dialect],
  };
}
