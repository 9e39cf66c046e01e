import type { IncomingMessage, ServerResponse } from 'node:http';
import { LRUCache } from 'lru-cache';
import { countMissingMigrations } from '../db/migrate.ts';
import { Deadline } from '../operation/deadline.ts';
import { createFastPath } from './fast-path/fast-path.ts';
import { readBody } from './read-body.ts';
import type { ServerOptions } from './server-options.ts';
import { createServices } from './services.ts';
import { createYogaHandler, type YogaHandler } from './yoga.ts';

/** The whole API: as a function from requests to responses, and for `node:http`. */
export interface Server {
  /** From now on `/ready` says no, so that no more requests are sent here. Subscriptions end. */
  readonly drain: () => void;
  /**
   * From now on these are known, and no others: SHA-256 in lower-case hex. Subscriptions of those
   * that are gone end.
   */
  readonly setPreviewTokens: (hashes: readonly string[]) => void;
  readonly fetch: YogaHandler['fetch'];
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

/** Never listens: callers do, or call `fetch`. */
export function createServer(options: ServerOptions): Server {
  const { database, logger, fastPath: hasFastPath = true } = options;
  const services = createServices(options);
  const { access, subscriptions, requestTimeout, limits } = services;
  let isDraining = false;
  const isReady = async () => !isDraining && (await countMissingMigrations(database)) === 0;
  const yoga = createYogaHandler(services, isReady, logger);
  const fastPath = createFastPath(services);
  return {
    drain() {
      isDraining = true;
      subscriptions.close();
    },
    setPreviewTokens(hashes) {
      access.setPreviewTokens(hashes);
      subscriptions.review();
    },
    fetch: yoga.fetch,
    async handle(request, response) {
      if (!hasAddress(request)) return void response.writeHead(400).end();
      const deadline = new Deadline(requestTimeout, response);
      try {
        const serverContext = {
          deadline,
          ...(hasBody(request) && { body: await readBody(request, limits.maxBodyBytes) }),
        };
        if (serverContext.body === null) response.setHeader('connection', 'close');
        if (hasFastPath && (await fastPath(request, response, serverContext))) return;
        await yoga(request, response, serverContext);
      } catch (error) {
        // Whoever hung up while sending is not waiting for anything.
        if (deadline.isClientGone) return;
        logger.error(error);
        throw error;
      }
    },
  };
}

/** Of all other requests it is never looked at. */
function hasBody({ method, url = '' }: IncomingMessage): boolean {
  return method === 'POST' && /^\/graphql(\?|$)/.test(url);
}

/** Whether host and path make up an address: where they do not, HTTP wants 400 (RFC 9112, 3.2). */
function hasAddress({ headers: { host = 'localhost' }, url = '' }: IncomingMessage): boolean {
  return url.startsWith('/') && hosts.memo(host);
}

/** Those that were named lately, and whether they can be: most are the same. */
const hosts = new LRUCache<string, boolean>({
  max: 100,
  memoMethod: (host) => /^[\w.:[\]-]+$/.test(host) && URL.canParse(`http://${host}`),
});
