import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';

/** A transaction of somebody else that is in the way of a sync. */
export interface Hold {
  /** Ends the transaction, and keeps what it wrote. */
  release(): Promise<void>;
}

const PATIENCE_MS = 30_000;

/** What an operator sees of the sync commands at work on one database, and what they can do to them. */
export class SyncSessions {
  readonly #admin: postgres.Sql;
  readonly #url: string;
  readonly #database: string;

  constructor(admin: postgres.Sql, url: string) {
    this.#admin = admin;
    this.#url = url;
    this.#database = new URL(url).pathname.slice(1);
  }

  async count(which = 'true'): Promise<number> {
    const [row] = await this.#admin.unsafe(`select count(*)::int as n ${this.#from(which)}`);
    return row?.['n'];
  }

  /** Ends them from the server's side, and returns how many there were. */
  async terminate(which = 'true'): Promise<number> {
    const ended = await this.#admin.unsafe(`select pg_terminate_backend(pid) ${this.#from(which)}`);
    return ended.length;
  }

  /** Resolves once `condition` holds for as many sessions as told. */
  async until(condition: string, isEnough: (count: number) => boolean): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!isEnough(await this.count(condition))) {
      if (Date.now() > deadline) throw new Error(`waited in vain for sessions: ${condition}`);
      await sleep(5);
    }
  }

  /** Keeps syncs from writing to `table`, until released. */
  hold(table: string): Promise<Hold> {
    return this.#inTransaction((holder) => holder.unsafe(`lock table ${table} in share mode`));
  }

  /** Begins another run, as its first statement would: others see it once released. */
  takeTurn(): Promise<Hold> {
    return this.#inTransaction((holder) => holder`update content.current_run set run = ${randomUUID()}`);
  }

  async #inTransaction(work: (holder: postgres.Sql) => Promise<unknown>): Promise<Hold> {
    const url = new URL(this.#url);
    url.searchParams.set('application_name', 'newsgraph_test_holder');
    const holder = postgres(url.href, { max: 1, onnotice: () => {} });
    await holder.unsafe('begin');
    await work(holder);
    return {
      async release() {
        // A server that was restarted in between has ended it already.
        await holder.unsafe('commit').catch(() => {});
        await holder.end({ timeout: 1 });
      },
    };
  }

  #from(which: string): string {
    return `from pg_stat_activity
      where datname = '${this.#database}' and application_name = 'newsgraph' and backend_type = 'client backend'
      and (${which})`;
  }
}
