import type { Server } from '../../src/http/server.ts';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the shape is the query's, and each test asserts it
  readonly data: any;
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly errors: ReadonlyArray<{ message: string; path?: unknown; extensions: Record<string, unknown> }> | undefined;
}

/** Asks a server in process, over HTTP requests and responses. */
export class TestServer {
  readonly fetch: Server['fetch'];

  constructor(server: Server) {
    this.fetch = server.fetch;
  }

  async ask(query: string, variables: object = {}, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await this.fetch('http://localhost/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors, extensions } = (await response.json()) as Answer;
    return { status: response.status, headers: response.headers, data, errors, extensions };
  }

  /** The data of a query that must succeed. */
  async data(query: string, variables: object = {}, headers: Record<string, string> = {}): Promise<Answer['data']> {
    const { data, errors } = await this.ask(query, variables, headers);
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  }
}
