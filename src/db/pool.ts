import { Connection, type ConnectionOptions, type Query, Silence } from './connection.ts';
import { DatabaseUnavailable, hasDied, isAway, isFromServer, toFailure } from './failures.ts';

export interface PoolOptions extends ConnectionOptions {
  readonly size: number;
}

/** Longer than that nobody waits for a connection. */
const WAIT_MS = 2_000;
/** More than that never wait: they would not be answered in time. */
const MAX_WAITING = 1_000;
/** What is tried again has a connection of its own, which may be killed as it begins. */
const TRIES = 6;
/** How often a server that is away is looked for. */
const PROBE_MS = 200;

interface Waiting {
  give(connection: Connection): void;
  refuse(reason: unknown): void;
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
  #isDown = false;
  #isProbing = false;
  #probeFrom = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#free = Array.from({ length: options.size }, () => new Connection(options));
    this.#all = new Set(this.#free);
  }

  /** Throws `DatabaseUnavailable`, `StatementTimeout`, the signal's reason, and whatever the server says. */
  async rows<Row>(query: Query): Promise<Row[]> {
    query.signal?.throwIfAborted();
    const isProbe = this.#isDown;
    if (isProbe) this.#beginProbe();
    try {
      const rows = await this.#try(query, isProbe ? 1 : TRIES);
      this.#isDown = false;
      return rows as Row[];
    } catch (error) {
      if (isAway(error) || error instanceof Silence) this.#goDown();
      // Whatever else it says, there is a server that says it.
      else if (isFromServer(error)) this.#isDown = false;
      throw toFailure(error);
    } finally {
      if (isProbe) this.#isProbing = false;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((connection) => connection.close()));
  }

  /** What only reads may be asked again: a connection that died meanwhile costs nobody the answer. */
  #try(query: Query, tries: number): Promise<unknown[]> {
    return this.#run(query).catch((error) => {
      if (tries === 1 || !hasDied(error) || query.signal?.aborted) throw error;
      this.#renewIdle();
      return this.#try(query, tries - 1);
    });
  }

  async #run(query: Query): Promise<unknown[]> {
    const connection = this.#free.pop() ?? (await this.#wait(query.signal));
    const { rows, settled } = connection.run(query);
    settled.then((isSound) => this.#release(isSound ? connection : this.#renew(connection)));
    return rows;
  }

  /** While there is no server one request at a time asks for it, now and then: all others are refused at once. */
  #beginProbe(): void {
    if (this.#isProbing || performance.now() < this.#probeFrom) {
      throw new DatabaseUnavailable('the database could not be reached a moment ago');
    }
    this.#isProbing = true;
  }

  /** Nobody waits for a server that is away; and connections that nobody uses may be as dead as the one that was. */
  #goDown(): void {
    this.#isDown = true;
    this.#probeFrom = performance.now() + PROBE_MS;
    for (const { refuse } of [...this.#waiting]) refuse(new DatabaseUnavailable('the database cannot be reached'));
    this.#renewIdle();
  }

  #renewIdle(): void {
    this.#free.push(...this.#free.splice(0).map((connection) => this.#renew(connection)));
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
      const waiting: Waiting = {
        give(connection) {
          leave();
          resolve(connection);
        },
        refuse(reason) {
          leave();
          reject(reason);
        },
      };
      const onAbort = () => waiting.refuse(signal?.reason);
      const timer = setTimeout(() => {
        waiting.refuse(new DatabaseUnavailable(`no connection was free for ${WAIT_MS} ms`));
      }, WAIT_MS);
      signal?.addEventListener('abort', onAbort);
      this.#waiting.add(waiting);
    });
  }

  #release(connection: Connection): void {
    const [next] = this.#waiting;
    if (next) next.give(connection);
    else this.#free.push(connection);
  }

  #renew(connection: Connection): Connection {
    this.#all.delete(connection);
    void connection.close();
    const fresh = new Connection(this.#options);
    this.#all.add(fresh);
    return fresh;
  }
}
