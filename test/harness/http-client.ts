import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { pino } from 'pino';
import { type Listener, listen } from '../../src/commands/listen.ts';
import { parseConfig } from '../../src/config.ts';
import type { Database } from '../../src/db/database.ts';
import { createServer, type Server } from '../../src/http/server.ts';
import type { ServerOptions } from '../../src/http/server-options.ts';

/** A request as it goes over the wire. */
export interface Sending {
  readonly method?: string;
  /** `/graphql` unless told. */
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Whether the length of the body is told beforehand: it is, unless told. */
  readonly chunked?: boolean;
}

/** An answer as it comes over the wire. */
export interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Compressed if the answer is. */
  readonly body: Buffer;
}

/** A server that listens on 127.0.0.1, and a client that hides nothing of what it answers. */
export class HttpServer {
  readonly origin: string;
  /** What the server's own handler has thrown: nothing ever should. */
  readonly crashes: unknown[];
  /** What its log was told at level debug. */
  readonly debugged: string[];
  readonly drain: Server['drain'];
  readonly setPreviewTokens: Server['setPreviewTokens'];
  readonly #agent = new Agent({ keepAlive: true });
  readonly #close: Listener['close'];

  private constructor({ origin, close }: Listener, server: Server, crashes: unknown[], debugged: string[]) {
    this.origin = origin;
    this.#close = close;
    this.drain = server.drain;
    this.setPreviewTokens = server.setPreviewTokens;
    this.crashes = crashes;
    this.debugged = debugged;
  }

  /** Anonymous requests see what is published, unless told. */
  static async open(database: Database, options: Partial<ServerOptions> = {}): Promise<HttpServer> {
    const crashes: unknown[] = [];
    const debugged: string[] = [];
    const logger = pino({ level: 'silent' });
    logger.debug = (text: unknown) => void debugged.push(String(text));
    const server = createServer({ database, logger, anonymous: 'PUBLISHED', previewTokens: [], ...options });
    const handle: typeof server.handle = (...pair) => server.handle(...pair).catch((error) => void crashes.push(error));
    const listener = await listen({ ...server, handle }, parseConfig({ PORT: '0' }, 'dev'));
    return new HttpServer(listener, server, crashes, debugged);
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    await this.#close();
  }

  send({ method = 'GET', path = '/graphql', headers = {}, body, chunked = false }: Sending): Promise<Received> {
    const length = body === undefined || chunked ? {} : { 'content-length': Buffer.byteLength(body) };
    const options = { agent: this.#agent, method, path, headers: { ...headers, ...length } };
    return new Promise((resolve, reject) => {
      const request = httpRequest(this.origin, options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.once('error', reject);
        response.once('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
        });
      });
      request.once('error', reject);
      request.end(body);
    });
  }

  /** Posts a query, as most clients do. */
  ask(query: string, headers: Readonly<Record<string, string>> = {}, variables?: object): Promise<Received> {
    const body = JSON.stringify({ query, variables });
    return this.send({ method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body });
  }
}

/** All that an answer is, but for when it was made, and by which executor. */
export function shown({ status, headers: { date, 'x-newsgraph-executor': executor, ...headers }, body }: Received) {
  return { status, headers, body: body.toString('latin1') };
}

/** The bytes of an answer as they were before they were compressed. */
export function decoded({ headers, body }: Received): string {
  const encoding = headers['content-encoding'];
  if (encoding === 'br') return brotliDecompressSync(body).toString();
  if (encoding === 'gzip') return gunzipSync(body).toString();
  if (encoding !== undefined) throw new Error(`expected br, gzip or nothing, got ${encoding}`);
  return body.toString();
}
