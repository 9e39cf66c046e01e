import { isDeepStrictEqual } from 'node:util';
import { expect } from '@jest/globals';
import { type HttpServer, type Received, type Sending, shown } from './http-client.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's, and each test asserts it
  readonly data: any;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly errors: ReadonlyArray<{ message: string; path?: unknown; extensions: Record<string, unknown> }> | undefined;
}

/**
 * A client of one server for each executor. Sends every request over a socket to all of them, and
 * fails unless they answer the same, to the byte.
 */
export class TestServer {
  readonly #servers: readonly Promise<HttpServer>[];

  constructor(servers: readonly Promise<HttpServer>[]) {
    this.#servers = servers;
  }

  async send(sending: Sending): Promise<Received> {
    const servers = await Promise.all(this.#servers);
    const [first, ...others] = await Promise.all(servers.map((server) => server.send(sending)));
    if (!first) throw new Error('expected a server for at least one executor, got none');
    for (const other of others) expectSame(sending, first, other);
    return first;
  }

  async ask(query: string, variables: object = {}, headers: Record<string, string> = {}): Promise<Answer> {
    const received = await this.send({
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors, extensions } = JSON.parse(String(received.body)) as Answer;
    return { status: received.status, headers: headersOf(received), data, errors, extensions };
  }

  /** The data of a query that must succeed. */
  async data(query: string, variables: object = {}, headers: Record<string, string> = {}): Promise<Answer['data']> {
    const { data, errors } = await this.ask(query, variables, headers);
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }
}

function headersOf({ headers }: Received): Headers {
  return new Headers(Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]));
}

function expectSame(sending: Sending, one: Received, other: Received): void {
  // To look for where they differ takes longer than to ask.
  if (isDeepStrictEqual(shown(other), shown(one))) return;
  expect({ sending, ...shown(other), body: String(other.body) }).toEqual({
    sending,
    ...shown(one),
    body: String(one.body),
  });
  throw new Error(`expected the same bytes from both executors in answer to ${JSON.stringify(sending)}`);
}
