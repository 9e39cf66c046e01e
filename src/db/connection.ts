import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import type { Asker } from './database.ts';
import { DatabaseUnavailable } from './failures.ts';

export interface ConnectionOptions {
  readonly url: string;
  readonly driver: postgres.Options<Record<string, never>>;
  /** After so many milliseconds the server ends a statement by itself. */
  readonly statementTimeout: number;
  /** How many statements may be on their way at a time: each that is sent with others costs less. */
  readonly depth: number;
  /** Ends the statement that the server process of this name runs. */
  readonly cancel: (applicationName: string) => Promise<void>;
}

export interface Query {
  readonly text: string;
  readonly parameters: unknown[];
  readonly prepare: boolean;
  /** Whether its rows are wanted as the server writes them. */
  readonly isRaw: boolean;
  readonly asker?: Asker | undefined;
}

/** What a pool is told of a connection. */
export interface ConnectionListener {
  /** There may be room for another statement. */
  onRoom(): void;
  /** It will never run another one. */
  onDeath(connection: Connection): void;
}

/** How often a connection is looked at while it runs something. */
export const TICK_MS = 50;
/** A statement that has been the first of its connection for so many looks keeps those behind it waiting. */
const STALLED = 2;
/** How much later than the server's own timeout a connection counts as dead. */
const GRACE_MS = 1_000;
/** A statement that is to fail with its connection does so at once. */
const FORGOTTEN_MS = 20;

/** A connection that gives no answer, not even that it took too long. */
export class Silence extends DatabaseUnavailable {}

/** Another statement of the same connection takes long: this one is to be asked elsewhere. */
export class Overtaken extends Error {}

class ConnectionLost extends Error {
  readonly code = 'CONNECTION_CLOSED';
}

interface Sent {
  readonly asker: Asker | undefined;
  /** Whoever waits is told so, and what comes of the statement no longer matters. */
  readonly give: (reason: unknown) => void;
}

/**
 * One connection to a server: a client of the driver of its own. Several statements may be on their way, which the server runs
 * one after the other. When one of them takes long, the others are given back and no more are taken, so that it is alone: it
 * can then be cancelled without hitting a neighbour.
 */
export class Connection {
  readonly #name = `newsgraph ${randomUUID().slice(0, 13)}`;
  readonly #client: postgres.Sql;
  readonly #options: ConnectionOptions;
  readonly #listener: ConnectionListener;
  /** In the sequence in which the server runs them. */
  readonly #sent: Sent[] = [];
  /** How often the first of them has been seen to be the first, and since when it is. */
  #looks = 0;
  #since = 0;
  #isCancelling = false;
  #isDead = false;

  constructor(options: ConnectionOptions, listener: ConnectionListener) {
    const { url, driver, statementTimeout } = options;
    const connection = { ...driver.connection, application_name: this.#name, statement_timeout: statementTimeout };
    this.#options = options;
    this.#listener = listener;
    this.#client = postgres(url, {
      ...{ ...driver, connection, max: 1, fetch_types: false },
      onclose: () => this.#onClose(),
    });
  }

  /** How many more statements it takes now. */
  get room(): number {
    if (this.#isDead || this.#isCancelling || this.#looks >= STALLED) return 0;
    return this.#options.depth - this.#sent.length;
  }

  get isIdle(): boolean {
    return this.#sent.length === 0 && !this.#isCancelling;
  }

  /** Throws `Overtaken`, `Silence`, what the asker's reason is to wait no longer, and whatever driver and server say. */
  run({ text, parameters, prepare, isRaw, asker }: Query): Promise<unknown[]> {
    return new Promise((resolve, reject) => {
      const sent = { asker, give: reject };
      if (this.#sent.push(sent) === 1) this.#since = performance.now();
      const query = this.#client.unsafe(text, parameters as never[], { prepare });
      const rows = (isRaw ? query.raw() : query) as unknown as Promise<unknown[]>;
      // Something keeps the driver's queries, and with them what they have found, until all memory is searched for garbage: so the
      // rows are taken out. Large answers would otherwise become old, which costs a fifth of the CPU.
      rows.then((found) => resolve(takenOut(found)), reject).then(() => this.#leave(sent));
    });
  }

  /**
   * Looks at what is on its way: to be called every `TICK_MS` while it is not idle. `isLate`: answers may lie there that this
   * process had no time to read, so nothing is held against a statement.
   */
  look(isLate: boolean): void {
    const [first, ...others] = this.#sent;
    if (!first) return;
    if (!isLate) this.#looks += 1;
    for (const { asker, give } of this.#sent) {
      const reason = asker?.whyGone();
      if (reason) give(reason);
    }
    if (this.#looks < STALLED) return;
    for (const { give } of others) give(new Overtaken());
    const { statementTimeout } = this.#options;
    const isSilent = performance.now() - this.#since > statementTimeout + GRACE_MS;
    if (isSilent) this.#die(new Silence('the database gave no answer in time'));
    else if (first.asker?.whyGone()) this.#cancel();
  }

  async close(): Promise<void> {
    await this.#client.end({ timeout: 0 }).catch(() => {});
  }

  #leave(sent: Sent): void {
    const place = this.#sent.indexOf(sent);
    if (place === -1) return;
    this.#sent.splice(place, 1);
    if (place === 0) {
      this.#looks = 0;
      this.#since = performance.now();
    }
    this.#listener.onRoom();
  }

  /** Until it is over no other statement begins, or that one might be hit. */
  #cancel(): void {
    if (this.#isCancelling) return;
    this.#isCancelling = true;
    const over = () => {
      this.#isCancelling = false;
      this.#listener.onRoom();
    };
    this.#options.cancel(this.#name).then(over, over);
  }

  /** The driver may forget statements whose connection is lost. */
  #onClose(): void {
    const lost = [...this.#sent];
    const check = () => {
      if (lost.some((sent) => this.#sent.includes(sent))) this.#die(new ConnectionLost('the connection was closed'));
    };
    if (lost.length > 0) setTimeout(check, FORGOTTEN_MS);
  }

  #die(reason: Error): void {
    this.#isDead = true;
    for (const { give } of this.#sent.splice(0)) give(reason);
    this.#listener.onDeath(this);
  }
}

/** Quicker than `splice`, which the driver's kind of array makes slow. */
function takenOut(found: unknown[]): unknown[] {
  const rows = [...found];
  found.length = 0;
  return rows;
}
