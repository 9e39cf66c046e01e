import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a PostgreSQL server that can be cut without a word. */
export interface DatabaseProxy {
  readonly url: string;
  /** From now on nothing passes, and nothing ends: neither on old connections nor on new ones. */
  swallow(): void;
  /** New connections pass again. Those from before stay dead. */
  heal(): void;
  close(): Promise<void>;
}

export async function openProxy(url: string): Promise<DatabaseProxy> {
  const target = new URL(url);
  const sockets = new Set<Socket>();
  const dead = new Set<Socket>();
  let swallows = false;
  const server = createServer((client) => {
    sockets.add(client);
    client.on('error', () => {});
    client.once('close', () => sockets.delete(client));
    if (swallows) return void dead.add(client);
    const database = connect(Number(target.port), target.hostname);
    sockets.add(database);
    database.on('error', () => client.destroy());
    database.once('close', () => {
      sockets.delete(database);
      if (!dead.has(client)) client.destroy();
    });
    client.once('close', () => database.destroy());
    client.on('data', (bytes) => dead.has(client) || database.write(bytes));
    database.on('data', (bytes) => dead.has(client) || client.write(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const own = new URL(url);
  own.port = String((server.address() as AddressInfo).port);
  return {
    url: own.href,
    swallow() {
      swallows = true;
      for (const socket of sockets) dead.add(socket);
    },
    heal() {
      swallows = false;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
