import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Config } from '../config.ts';
import { Failure } from '../failure.ts';
import type { Server } from '../server.ts';

export interface Listener {
  /** `http://127.0.0.1:4000` */
  readonly origin: string;
  /** Takes no more connections, and resolves when the requests under way are answered. */
  close(): Promise<void>;
}

export async function listen(server: Server, { host, port }: Config): Promise<Listener> {
  const http = createHttpServer((request, response) => void server.handle(request, response));
  await new Promise<void>((resolve, reject) => {
    http.once('error', (error) => reject(new Failure(explain(error, host, port))));
    http.listen(port, host, resolve);
  });
  const { address, port: bound, family } = http.address() as AddressInfo;
  return {
    origin: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeIdleConnections();
      }),
  };
}

function explain(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'EADDRINUSE') return `port ${port} is in use: stop what listens there, or set PORT to another`;
  return `cannot listen on ${host}:${port} (${error.code}): set HOST and PORT to an address of this machine`;
}
