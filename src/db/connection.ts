import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { StatementTimeout } from './failures.ts';

export interface ConnectionOptions {
  readonly url: string;
  readonly driver: postgres.Options<Record<string, never>>;
  /** After so many milliseconds the server ends a statement by itself. */
  readonly statementTimeout: number;
  /** Ends the statement that the server process of this name runs. */
  readonly cancel: (applicationName: string) => Promise<void>;
}

export interface Query {
  readonly text: string;
  readonly parameters: unknown[];
  readonly prepare: boolean;
  /** Whoever asked has gone: the statement is to end. */
  readonly signal?: AbortSignal | undefined;
}

/** How much later than the server's own timeout a connection counts as dead. */
const GRACE_MS = 1_000;
/** A statement that is to fail with its connection does so at once. */
const FORGOTTEN_MS = 20;

/** A connection that gives no answer, not even that it took too long. */
export class Silence extends StatementTimeout {}

class ConnectionLost extends Error {
  readonly code = 'CONNECTION_CLOSED';
}

export interface Running {
  /** As soon as there is an answer, or no use in waiting for it. */
  readonly rows: Promise<unknown[]>;
  /** When the connection may run the next one; false if it never will. */
  readonly settled: Promise<boolean>;
}

/** One connection to a server: a client of the driver of its own, which runs one statement at a time. */
export class Connection {
  readonly #name = `newsgraph ${randomUUID().slice(0, 13)}`;
  readonly #client: postgres.Sql;
  readonly #options: ConnectionOptions;
  #onClose: () => void = () => {};

  constructor(options: ConnectionOptions) {
    const { url, driver, statementTimeout } = options;
    const connection = { ...driver.connection, application_name: this.#name, statement_timeout: statementTimeout };
    this.#options = options;
    this.#client = postgres(url, {
      ...{ ...driver, connection, max: 1, fetch_types: false },
      onclose: () => this.#onClose(),
    });
  }

  run(query: Query): Running {
    const end = new End();
    const { signal } = query;
    const done = this.#send(query);
    let cancelled: Promise<void> | undefined;
    const onAbort = () => {
      end.forAsker(signal?.reason);
      cancelled = this.#options.cancel(this.#name).catch(() => {});
    };
    const late = setTimeout(
      () => end.forBoth(new Silence('the database gave no answer in time')),
      this.#options.statementTimeout + GRACE_MS,
    );
    // The driver may forget a statement whose connection is lost.
    this.#onClose = () => setTimeout(() => end.forBoth(new ConnectionLost('the connection was closed')), FORGOTTEN_MS);
    signal?.addEventListener('abort', onAbort);
    const settled = Promise.race([done.then(isSound, isSound), end.ofConnection]);
    settled.then(() => {
      clearTimeout(late);
      signal?.removeEventListener('abort', onAbort);
    });
    return {
      rows: Promise.race([done, end.ofAsker]),
      // What is being cancelled must be over before the next statement begins, or that one might be hit.
      settled: settled.then((sound) => Promise.resolve(cancelled).then(() => sound)),
    };
  }

  async close(): Promise<void> {
    await this.#client.end({ timeout: 0 }).catch(() => {});
  }

  #send({ text, parameters, prepare }: Query): Promise<unknown[]> {
    return this.#client.unsafe(text, parameters as never[], { prepare }) as unknown as Promise<unknown[]>;
  }
}

/** The end of a statement that gives no answer: for who asked, and for its connection. */
class End {
  forAsker: (reason: unknown) => void = () => {};
  #forConnection: () => void = () => {};
  readonly ofAsker = new Promise<never>((_resolve, reject) => {
    this.forAsker = reject;
  });
  readonly ofConnection = new Promise<false>((resolve) => {
    this.#forConnection = () => resolve(false);
  });

  forBoth(reason: unknown): void {
    this.forAsker(reason);
    this.#forConnection();
  }
}

const isSound = () => true;
