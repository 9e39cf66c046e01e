import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import type { Requester } from './database.ts';
import { DatabaseUnavailable } from './failures.ts';

export interface ConnectionOptions {
  readonly url: string;
  readonly driver: postgres.Options<Record<string, never>>;
  /** In milliseconds: the server ends a statement that takes longer by itself. */
  readonly statementTimeout: number;
  /** Ends the statement that the server process of this name runs. */
  readonly cancel: (applicationName: string) => Promise<void>;
}

export interface Query {
  readonly text: string;
  readonly parameters: unknown[];
  readonly prepare: boolean;
  /** Whether its rows are wanted as the server writes them. */
  readonly isRaw: boolean;
  readonly requester?: Requester | undefined;
}

/** A statement that was sent. */
export interface Execution {
  /** Rejects with `Silence`, the requester's reason to wait no longer, or what driver and server say. */
  readonly rows: Promise<unknown[]>;
  /** Resolves when the connection has nothing more to do with it. Never rejects. */
  readonly end: Promise<void>;
}

/** How much later than the server's own timeout a connection counts as dead, in milliseconds. */
const GRACE_MS = 1_000;
/** A cancellation that takes longer has not reached the server, in milliseconds. */
const CANCEL_MS = 2_000;
/** A statement that fails with its connection does so within this time, in milliseconds. */
const FORGOTTEN_MS = 20;
/** The driver never forgets a prepared statement, so a connection that has this many is replaced. */
const MAX_PREPARED = 1_000;

/** A connection that gives no answer, not even that the statement took too long. */
export class Silence extends DatabaseUnavailable {}

class ConnectionLost extends Error {
  readonly code = 'CONNECTION_CLOSED';
}

interface Running {
  readonly requester: Requester | undefined;
  readonly since: number;
  readonly fail: (reason: unknown) => void;
  /** Resolves when the statement is over. */
  readonly over: Promise<void>;
  cancellation: Promise<void> | undefined;
}

/**
 * One connection to a server: a driver's client of its own, so that it can be closed alone. It runs
 * one statement at a time, so what is cancelled is never a neighbour's.
 */
export class Connection {
  readonly #name = `newsgraph ${randomUUID().slice(0, 13)}`;
  readonly #client: postgres.Sql;
  readonly #options: ConnectionOptions;
  readonly #prepared = new Set<string>();
  #running: Running | undefined;
  #isDead = false;

  constructor(options: ConnectionOptions) {
    const { url, driver, statementTimeout } = options;
    const connection = {
      ...driver.connection,
      application_name: this.#name,
      statement_timeout: statementTimeout,
    };
    this.#options = options;
    const onclose = () => this.#onClose();
    this.#client = postgres(url, { ...driver, connection, max: 1, fetch_types: false, onclose });
  }

  /** Whether another statement may be sent, once the one before is over. */
  get isUsable(): boolean {
    return !this.#isDead && this.#prepared.size < MAX_PREPARED;
  }

  /** Sends a statement. Nothing else may be running. */
  run({ text, parameters, prepare, isRaw, requester }: Query): Execution {
    if (prepare) this.#prepared.add(text);
    let fail: Running['fail'] = () => {};
    let end = () => {};
    const over = new Promise<void>((resolve) => {
      end = resolve;
    });
    const rows = new Promise<unknown[]>((resolve, reject) => {
      fail = reject;
      const query = this.#client.unsafe(text, parameters as never[], { prepare });
      const found = (isRaw ? query.raw() : query) as unknown as Promise<unknown[]>;
      // The driver keeps its last query alive, and with it the rows: so they are taken out of it.
      found.then((all) => resolve(emptied(all)), reject).then(end);
    });
    const running: Running = {
      requester,
      since: performance.now(),
      fail: (reason) => {
        fail(reason);
        if (this.#isDead) end();
      },
      over,
      cancellation: undefined,
    };
    this.#running = running;
    return { rows, end: this.#endOf(running) };
  }

  /** Looks whether the running statement is still wanted, and whether the server still answers. */
  poll(now: number): void {
    const running = this.#running;
    if (!running) return;
    if (now - running.since > this.#options.statementTimeout + GRACE_MS) {
      this.#die(new Silence('the database gave no answer in time'));
      return;
    }
    const reason = running.requester?.whyGone();
    if (!reason || running.cancellation) return;
    running.fail(reason);
    const cancelled = this.#options.cancel(this.#name).catch(() => {});
    running.cancellation = Promise.race([cancelled, sleep(CANCEL_MS, undefined, { ref: false })]);
  }

  async close(): Promise<void> {
    this.#isDead = true;
    await this.#client.end({ timeout: 0 }).catch(() => {});
  }

  /** A cancellation is waited for too, or it might hit the next statement. */
  async #endOf(running: Running): Promise<void> {
    await running.over;
    await running.cancellation;
    this.#running = undefined;
  }

  /** The driver may forget a statement whose connection is lost. */
  #onClose(): void {
    this.#prepared.clear();
    const running = this.#running;
    if (!running) return;
    setTimeout(() => {
      if (this.#running === running) this.#die(new ConnectionLost('the connection was closed'));
    }, FORGOTTEN_MS);
  }

  #die(reason: Error): void {
    this.#isDead = true;
    this.#running?.fail(reason);
  }
}

function emptied(found: unknown[]): unknown[] {
  const rows = [...found];
  found.length = 0;
  return rows;
}
