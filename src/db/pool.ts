import { Connection, type ConnectionOptions, Overtaken, type Query, Silence, TICK_MS } from './connection.ts';
import type { Asker } from './database.ts';
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
  readonly asker: Asker | undefined;
  /** As `performance.now()`. */
  readonly until: number;
  begin(connection: Connection): void;
  refuse(reason: unknown): void;
}

/**
 * Connections, each a client of the driver of its own: so every wait has an end, and a connection that answers no more is thrown
 * away alone. What only reads may be asked again elsewhere.
 */
export class Pool {
  readonly #options: PoolOptions;
  readonly #connections: Connection[];
  readonly #waiting = new Set<Waiting>();
  #clock: NodeJS.Timeout | undefined;
  /** That was given a statement in this turn of the event loop. */
  #boarding: Connection | undefined;
  #lastLook = 0;
  #wasLate = false;
  #isDown = false;
  #isProbing = false;
  #probeFrom = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#connections = Array.from({ length: options.size }, () => this.#connect());
  }

  /** Throws `DatabaseUnavailable`, `StatementTimeout`, the asker's reason to wait no longer, and whatever the server says. */
  async rows<Row>(query: Query): Promise<Row[]> {
    const reason = query.asker?.whyGone();
    if (reason) throw reason;
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
    clearInterval(this.#clock);
    await Promise.all(this.#connections.map((connection) => connection.close()));
  }

  /** A connection that dies meanwhile costs nobody the answer. */
  #try(query: Query, tries: number): Promise<unknown[]> {
    return this.#run(query).catch((error) => {
      if (error instanceof Overtaken) return this.#try(query, tries);
      if (tries === 1 || !hasDied(error) || query.asker?.whyGone()) throw error;
      this.#renewIdle();
      return this.#try(query, tries - 1);
    });
  }

  #run(query: Query): Promise<unknown[]> {
    this.#clock ??= setInterval(() => this.#look(), TICK_MS).unref();
    const connection = this.#boarding?.room ? this.#boarding : this.#roomiest();
    if (!connection) return this.#wait(query);
    this.#board(connection);
    return connection.run(query);
  }

  /** What else is asked until the driver writes goes with it, in one write. */
  #board(connection: Connection): void {
    if (this.#boarding === undefined) setImmediate(() => (this.#boarding = undefined));
    this.#boarding = connection;
  }

  /** The one with the most room; none if there is none. */
  #roomiest(): Connection | undefined {
    let best: Connection | undefined;
    let most = 0;
    for (const connection of this.#connections) {
      if (connection.room > most) [best, most] = [connection, connection.room];
    }
    return best;
  }

  #wait(query: Query): Promise<unknown[]> {
    if (this.#waiting.size >= MAX_WAITING) {
      return Promise.reject(new DatabaseUnavailable(`more than ${MAX_WAITING} statements wait for a connection`));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.add({
        asker: query.asker,
        until: performance.now() + WAIT_MS,
        begin: (connection) => resolve(connection.run(query)),
        refuse: reject,
      });
    });
  }

  #admit(): void {
    for (const waiting of this.#waiting) {
      const connection = this.#roomiest();
      if (!connection) return;
      this.#waiting.delete(waiting);
      waiting.begin(connection);
    }
  }

  #look(): void {
    const now = performance.now();
    // Of two late looks one counts: what lay there at the first has been read by the second.
    const isLate = now - this.#lastLook > 2 * TICK_MS && !this.#wasLate;
    this.#lastLook = now;
    this.#wasLate = isLate;
    for (const connection of this.#connections) connection.look(isLate);
    for (const waiting of this.#waiting) {
      const reason =
        waiting.asker?.whyGone() ??
        (now > waiting.until ? new DatabaseUnavailable(`no connection was free for ${WAIT_MS} ms`) : null);
      if (reason) this.#refuse(waiting, reason);
    }
    if (this.#waiting.size > 0 || this.#connections.some((connection) => !connection.isIdle)) return;
    clearInterval(this.#clock);
    this.#clock = undefined;
  }

  #refuse(waiting: Waiting, reason: unknown): void {
    this.#waiting.delete(waiting);
    waiting.refuse(reason);
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
    const reason = new DatabaseUnavailable('the database cannot be reached');
    for (const waiting of this.#waiting) this.#refuse(waiting, reason);
    this.#renewIdle();
  }

  #renewIdle(): void {
    for (const connection of this.#connections) if (connection.isIdle) this.#renew(connection);
  }

  #connect(): Connection {
    return new Connection(this.#options, {
      onRoom: () => this.#admit(),
      onDeath: (connection) => {
        this.#renew(connection);
        this.#admit();
      },
    });
  }

  #renew(connection: Connection): void {
    void connection.close();
    this.#connections[this.#connections.indexOf(connection)] = this.#connect();
  }
}
