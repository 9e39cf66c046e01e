import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { DatabaseUnavailable, isLoss, StatementTimeout, toFailure } from './failures.ts';

export interface PoolOptions {
  readonly url: string;
  readonly size: number;
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

/** Longer than that nobody waits for a connection. */
const WAIT_MS = 2_000;
/** More than that never wait: they would not be answered in time. */
const MAX_WAITING = 1_000;
/** How much later than the server's own timeout a connection counts as dead. */
const GRACE_MS = 1_000;

interface Waiting {
  give(connection: Connection): void;
}

/**
 * Connections that run one statement at a time, each a client of the driver of its own: so a cancelled statement is never a
 * neighbour's, every wait has an end, and a connection that answers no more is thrown away alone.
 */
export class Pool {
  readonly #options: PoolOptions;
  readonly #free: Connection[];
  readonly #all: Set<Connection>;
  readonly #waiting = new Set<Waiting>();

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#free = Array.from({ length: options.size }, () => new Connection(options));
    this.#all = new Set(this.#free);
  }

  /** Throws `DatabaseUnavailable`, `StatementTimeout`, the signal's reason, and whatever the server says. */
  async rows<Row>(query: Query): Promise<Row[]> {
    query.signal?.throwIfAborted();
    const connection = this.#free.pop() ?? (await this.#wait(query.signal));
    const running = connection.run(query);
    running.settled.then((isSound) => this.#release(isSound ? connection : this.#replace(connection)));
    return (await running.rows) as Row[];
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((connection) => connection.close()));
  }

  #wait(signal: AbortSignal | undefined): Promise<Connection> {
    if (this.#waiting.size >= MAX_WAITING) {
      return Promise.reject(new DatabaseUnavailable(`more than ${MAX_WAITING} statements wait for a connection`));
    }
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(waiting);
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
      };
      const onAbort = () => {
        leave();
        reject(signal?.reason);
      };
      const timer = setTimeout(() => {
        leave();
        reject(new DatabaseUnavailable(`no connection was free for ${WAIT_MS} ms`));
      }, WAIT_MS);
      const waiting: Waiting = {
        give(connection) {
          leave();
          resolve(connection);
        },
      };
      signal?.addEventListener('abort', onAbort);
      this.#waiting.add(waiting);
    });
  }

  #release(connection: Connection): void {
    const [next] = this.#waiting;
    if (next) next.give(connection);
    else this.#free.push(connection);
  }

  #replace(broken: Connection): Connection {
    this.#all.delete(broken);
    void broken.close();
    const fresh = new Connection(this.#options);
    this.#all.add(fresh);
    return fresh;
  }
}

interface Running {
  /** As soon as there is an answer, or no use in waiting for it. */
  readonly rows: Promise<unknown[]>;
  /** When the connection may run the next one; false if it never will. */
  readonly settled: Promise<boolean>;
}

class Connection {
  readonly #name = `newsgraph ${randomUUID().slice(0, 13)}`;
  readonly #client: postgres.Sql;
  readonly #options: PoolOptions;

  constructor(options: PoolOptions) {
    const { url, driver, statementTimeout } = options;
    const connection = { ...driver.connection, application_name: this.#name, statement_timeout: statementTimeout };
    this.#options = options;
    this.#client = postgres(url, { ...driver, connection, max: 1, fetch_types: false });
  }

  run(query: Query): Running {
    const { signal } = query;
    const done = this.#query(query);
    let giveUp: (reason: unknown) => void = () => {};
    const given = new Promise<never>((_resolve, reject) => {
      giveUp = reject;
    });
    let cancelled: Promise<void> | undefined;
    const onAbort = () => {
      giveUp(signal?.reason);
      cancelled = this.#options.cancel(this.#name).catch(() => {});
    };
    let isLate = false;
    const late = new Promise<void>((resolve) => {
      const timer = setTimeout(() => {
        isLate = true;
        giveUp(new StatementTimeout('the database gave no answer in time'));
        resolve();
      }, this.#options.statementTimeout + GRACE_MS);
      const stop = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      done.then(stop, stop);
    });
    signal?.addEventListener('abort', onAbort);
    return {
      rows: Promise.race([done, given]),
      // What is being cancelled must be over before the next statement begins, or that one might be hit.
      settled: late.then(() => cancelled).then(() => !isLate),
    };
  }

  async close(): Promise<void> {
    await this.#client.end({ timeout: 0 }).catch(() => {});
  }

  /** What only reads may be asked again: a connection that died meanwhile costs nobody the answer. */
  async #query(query: Query): Promise<unknown[]> {
    try {
      return await this.#send(query).catch((error) => {
        if (!isLoss(error) || query.signal?.aborted) throw error;
        return this.#send(query);
      });
    } catch (error) {
      throw toFailure(error);
    }
  }

  #send({ text, parameters, prepare }: Query): Promise<unknown[]> {
    return this.#client.unsafe(text, parameters as never[], { prepare }) as unknown as Promise<unknown[]>;
  }
}
