import pLimit from 'p-limit';
import { Connection, type ConnectionOptions, type Query, Silence } from './connection.ts';
import type { Requester } from './database.ts';
import { DatabaseUnavailable, hasDied, isAway, isFromServer, toFailure } from './failures.ts';

export interface PoolOptions extends ConnectionOptions {
  /** How many connections at most. */
  readonly size: number;
}

/** Nobody waits longer for a connection, in milliseconds. */
const WAIT_MS = 2_000;
/** A statement that would wait longer than this is refused at once, in milliseconds. */
const MAX_EXPECTED_WAIT_MS = 1_000;
/** How often a statement is sent whose connections die. */
const TRIES = 4;
/** How often an unreachable server is looked for, in milliseconds. */
const PROBE_MS = 200;
/** How often waiting and running statements are looked at, in milliseconds. */
const POLL_MS = 50;
/** The share of the latest statement in the mean time that a statement takes. */
const SMOOTHING = 0.1;

interface Waiting {
  readonly requester: Requester | undefined;
  readonly since: number;
  readonly refuse: (reason: unknown) => void;
}

/**
 * A pool of connections, each of which runs one statement at a time; `p-limit` keeps the queue.
 * A statement is sent once, and again only if its connection died. It is refused at once if the
 * queue is longer than `MAX_EXPECTED_WAIT_MS`, and after `WAIT_MS` in any case: the newest are
 * refused, so that those that wait longest are answered. Whoever hangs up has its statement
 * cancelled, and the connection is used again when statement and cancellation are both over. A
 * connection that answers no more is closed alone, and replaced.
 */
export class Pool {
  readonly #options: PoolOptions;
  readonly #limit: ReturnType<typeof pLimit>;
  readonly #open = new Set<Connection>();
  /** The last is used next: so as few connections are busy as suffice. */
  readonly #idle: Connection[] = [];
  readonly #waiting = new Set<Waiting>();
  /** Who has had a statement sent is not refused in the middle of its work. */
  readonly #admitted = new WeakSet<Requester>();
  #meanMs = 0;
  #clock: NodeJS.Timeout | undefined;
  #lastPoll = 0;
  #isDown = false;
  #isProbing = false;
  #probeFrom = 0;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#limit = pLimit(options.size);
  }

  /**
   * Throws `DatabaseUnavailable`, `StatementTimeout`, the requester's reason to wait no longer, and
   * whatever the server says.
   */
  async rows<Row>(query: Query): Promise<Row[]> {
    const reason = query.requester?.whyGone();
    if (reason) throw reason;
    this.#refuseIfOverloaded(query.requester);
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
    this.#refuseAll('the server is going down');
    await Promise.all([...this.#open].map((connection) => connection.close()));
  }

  async #try(query: Query, tries: number): Promise<unknown[]> {
    try {
      return await this.#run(query);
    } catch (error) {
      if (tries === 1 || !hasDied(error) || query.requester?.whyGone()) throw error;
      this.#closeIdle();
      return this.#try(query, tries - 1);
    }
  }

  #run(query: Query): Promise<unknown[]> {
    this.#clock ??= setInterval(() => this.#poll(), POLL_MS).unref();
    return new Promise((resolve, reject) => {
      const waiting = { requester: query.requester, since: performance.now(), refuse: reject };
      this.#waiting.add(waiting);
      void this.#limit(async () => {
        // Refused while it waited.
        if (!this.#waiting.delete(waiting)) return;
        if (query.requester) this.#admitted.add(query.requester);
        await this.#runOn(this.#take(), query, resolve, reject);
      });
    });
  }

  async #runOn(
    connection: Connection,
    query: Query,
    resolve: (rows: unknown[]) => void,
    reject: (reason: unknown) => void,
  ): Promise<void> {
    const since = performance.now();
    const { rows, end } = connection.run(query);
    rows.then(resolve, reject);
    await end;
    this.#meanMs += SMOOTHING * (performance.now() - since - this.#meanMs);
    if (connection.isUsable) this.#idle.push(connection);
    else this.#close(connection);
  }

  #take(): Connection {
    const idle = this.#idle.pop();
    if (idle) return idle;
    const connection = new Connection(this.#options);
    this.#open.add(connection);
    return connection;
  }

  #refuseIfOverloaded(requester: Requester | undefined): void {
    const expected = (this.#waiting.size * this.#meanMs) / this.#options.size;
    if (expected <= MAX_EXPECTED_WAIT_MS || (requester && this.#admitted.has(requester))) return;
    throw new DatabaseUnavailable('as many statements wait for a connection as can be answered in time');
  }

  #poll(): void {
    const now = performance.now();
    // A process that was busy may not have read yet what has been answered.
    const isLate = now - this.#lastPoll > 4 * POLL_MS;
    this.#lastPoll = now;
    if (isLate) return;
    for (const connection of this.#open) connection.poll(now);
    for (const waiting of this.#waiting) {
      const reason = waiting.requester?.whyGone();
      if (reason) this.#refuse(waiting, reason);
      else if (now - waiting.since > WAIT_MS) {
        this.#refuse(waiting, new DatabaseUnavailable(`no connection was free for ${WAIT_MS} ms`));
      }
    }
    if (this.#limit.activeCount + this.#limit.pendingCount > 0) return;
    clearInterval(this.#clock);
    this.#clock = undefined;
  }

  #refuse(waiting: Waiting, reason: unknown): void {
    this.#waiting.delete(waiting);
    waiting.refuse(reason);
  }

  #refuseAll(message: string): void {
    const reason = new DatabaseUnavailable(message);
    for (const waiting of this.#waiting) this.#refuse(waiting, reason);
  }

  /** While there is no server one statement at a time looks for it; all others are refused. */
  #beginProbe(): void {
    if (this.#isProbing || performance.now() < this.#probeFrom) {
      throw new DatabaseUnavailable('the database could not be reached a moment ago');
    }
    this.#isProbing = true;
  }

  /** Nobody waits for a server that is away, and what is idle may be as dead as what died. */
  #goDown(): void {
    this.#isDown = true;
    this.#probeFrom = performance.now() + PROBE_MS;
    this.#refuseAll('the database cannot be reached');
    this.#closeIdle();
  }

  #closeIdle(): void {
    for (const connection of this.#idle.splice(0)) this.#close(connection);
  }

  #close(connection: Connection): void {
    this.#open.delete(connection);
    void connection.close();
  }
}
