import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { answerTo, toRequests } from './ask.ts';
import { type Contestant, type ContestantName, withContestants } from './contestants.ts';
import type { Bench } from './part.ts';
import type { Operation } from './question.ts';

/** Statements a request, by server and operation; those of connecting and preparing are not counted. */
export type StatementCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** Counts them in what the servers say to PostgreSQL, through a proxy and aside from all that is timed. */
export async function countStatements({ world, options }: Bench): Promise<StatementCounts> {
  const counts: Record<string, Record<string, number>> = {};
  for (const name of options.servers) {
    counts[name] = await withProxy(new URL(world.database.url), (databaseUrl, counted) =>
      withContestants([name as ContestantName], { databaseUrl, newerNode: options.newerNode }, async ([server]) => {
        const found: Record<string, number> = {};
        for (const operation of options.operations) {
          const cases = operation.cases(world.sample).slice(0, ASKED);
          if (server) found[operation.name] = await countOf(server, operation, cases, counted);
        }
        return found;
      }),
    );
  }
  return counts;
}

const ASKED = 10;

async function countOf(
  server: Contestant,
  operation: Operation,
  cases: Parameters<typeof toRequests>[2],
  counted: () => number,
): Promise<number> {
  const requests = await toRequests(server, operation, cases);
  const askAll = async () => {
    for (const request of requests) await answerTo(server, operation, request);
  };
  // Once to prepare and compile whatever is on the first requests, on each of ten connections.
  for (let time = 1; time <= ASKED / requests.length + 1; time++) await askAll();
  const before = counted();
  await askAll();
  return (counted() - before) / requests.length;
}

/** Lends `work` the address of a proxy for PostgreSQL, and how many statements have gone through. */
async function withProxy<T>(target: URL, work: (url: string, counted: () => number) => Promise<T>): Promise<T> {
  let count = 0;
  const sockets = new Set<Socket>();
  const proxy = createServer((client) => {
    const server = connect(Number(target.port || 5432), target.hostname);
    const look = messageReader((type) => {
      // Execute, or a simple Query.
      if (type === 'E' || type === 'Q') count++;
    });
    client.on('data', look);
    client.pipe(server).pipe(client);
    for (const socket of [client, server]) {
      sockets.add(socket.setNoDelay());
      socket.on('error', () => {}).on('close', () => [client, server].forEach((end) => void end.destroy()));
    }
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const url = new URL(target);
  url.hostname = '127.0.0.1';
  url.port = String((proxy.address() as AddressInfo).port);
  try {
    return await work(url.href, () => count);
  } finally {
    proxy.close();
    for (const socket of sockets) socket.destroy();
  }
}

/** Reads the types of a client's messages (PostgreSQL's protocol 3). What comes first has none. */
function messageReader(onMessage: (type: string) => void): (chunk: Buffer) => void {
  let rest = Buffer.alloc(0);
  let hasStarted = false;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      const at = hasStarted ? 1 : 0;
      if (rest.length < at + 8 - 4 * at) return;
      const length = rest.readInt32BE(at) + at;
      if (rest.length < length) return;
      if (hasStarted) onMessage(String.fromCharCode(rest[0] as number));
      // A request for encryption comes before the start proper.
      else hasStarted = rest.readInt32BE(4) === PROTOCOL_3;
      rest = rest.subarray(length);
    }
  };
}

const PROTOCOL_3 = 0x30000;
