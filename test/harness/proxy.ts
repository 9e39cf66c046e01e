import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { messageReader } from './wire-messages.ts';

/** A way to a PostgreSQL server that can be slow, or cut without a word. */
export interface DatabaseProxy {
  readonly url: string;
  /** How many messages of these types clients have sent: `E` is Execute, `Q` Query, `P` Parse. */
  sent(types: string): number;
  /** From now on all bytes take so many milliseconds more, each way. */
  delay(milliseconds: number): void;
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
  const counts = new Map<string, number>();
  let swallows = false;
  let delay = 0;
  const server = createServer((client) => {
    sockets.add(client.setNoDelay());
    client.on('error', () => {});
    client.once('close', () => sockets.delete(client));
    if (swallows) return void dead.add(client);
    const database = connect(Number(target.port), target.hostname).setNoDelay();
    sockets.add(database);
    database.on('error', () => client.destroy());
    database.once('close', () => {
      sockets.delete(database);
      if (!dead.has(client)) client.destroy();
    });
    client.once('close', () => database.destroy());
    const read = messageReader((type) => counts.set(type, (counts.get(type) ?? 0) + 1));
    const there = delayed(database, () => delay);
    const back = delayed(client, () => delay);
    client.on('data', (bytes) => {
      if (dead.has(client)) return;
      read(bytes);
      there(bytes);
    });
    database.on('data', (bytes) => dead.has(client) || back(bytes));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const own = new URL(url);
  own.port = String((server.address() as AddressInfo).port);
  return {
    url: own.href,
    sent: (types) => [...types].reduce((sum, type) => sum + (counts.get(type) ?? 0), 0),
    delay(milliseconds) {
      delay = milliseconds;
    },
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

/** Writes to a socket, each piece so much later than it came, in the sequence in which they came. */
function delayed(socket: Socket, delayOf: () => number): (bytes: Buffer) => void {
  const waiting: Buffer[] = [];
  return (bytes) => {
    if (delayOf() === 0 && waiting.length === 0) return void socket.write(bytes);
    waiting.push(bytes);
    // Whichever timer ends first, it is the oldest piece that goes.
    setTimeout(() => {
      const oldest = waiting.shift();
      if (oldest && !socket.destroyed) socket.write(oldest);
    }, delayOf());
  };
}
