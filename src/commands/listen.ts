import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Server } from '../http/server.ts';
import { Failure } from '../lib/failure.ts';

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
}

export interface Listener {
  /** `http://127.0.0.1:4000` */
  readonly origin: string;
  /**
   * Takes no more connections, and resolves when the requests under way are answered: after
   * `graceSeconds`, if given, whatever is left is cut off. Gives whether all were answered.
   */
  close(graceSeconds?: number): Promise<boolean>;
}

/**
 * In milliseconds. A request that trickles in is answered with 408; nobody holds a connection for
 * long by being slow.
 */
const TIMEOUTS = {
  headersTimeout: 10_000,
  requestTimeout: 20_000,
  /**
   * Longer than the 60 s that load balancers keep a connection for, so that it is they who close
   * it.
   */
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 1_000,
};

export async function listen(server: Server, { host, port }: ListenOptions): Promise<Listener> {
  const http = createHttpServer(TIMEOUTS, (request, response) => {
    // What went wrong is in the log: whoever waits is to know at least that nothing will come.
    server.handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', (error) => reject(new Failure(explain(error, host, port))));
    http.listen(port, host, resolve);
  });
  const { address, port: bound, family } = http.address() as AddressInfo;
  return {
    origin: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    close: (graceSeconds) => close(http, graceSeconds),
  };
}

function close(http: HttpServer, graceSeconds?: number): Promise<boolean> {
  return new Promise((resolve) => {
    let isWhole = true;
    const cutOff = () => {
      isWhole = false;
      http.closeAllConnections();
    };
    const timer = graceSeconds === undefined ? undefined : setTimeout(cutOff, graceSeconds * 1_000);
    // Connections become idle one by one, as their requests are answered.
    const sweep = setInterval(() => http.closeIdleConnections(), 50);
    http.close(() => {
      clearTimeout(timer);
      clearInterval(sweep);
      resolve(isWhole);
    });
    http.closeIdleConnections();
  });
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'EADDRINUSE') return `port ${port} is in use: stop what listens there, or set PORT to another`;
  return `cannot listen on ${host}:${port} (${error.code}): set HOST and PORT to an address of this machine`;
}
