import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type SQL, sql } from 'drizzle-orm';
import postgres from 'postgres';
import { sync } from '../../../src/content/sync.ts';
import { type Database, rowsOf } from '../../../src/db/database.ts';
import { migrate } from '../../../src/db/migrate.ts';
import { openPostgres } from '../../../src/db/postgres.ts';
import type { Outcome } from '../command-line.ts';
import { type TestFolder, testFolder } from '../files.ts';
import { contentsOf, versionOf } from '../tables.ts';
import { documentsOf, type SetName } from './fault-documents.ts';
import { SyncSessions } from './fault-sessions.ts';

/** How a struck sync ended, and which state it left. */
export interface Struck extends Outcome {
  readonly state: 'old' | 'new';
}

/** Something done to a sync while it runs. */
export type Fault = (sync: SyncProcess) => Promise<unknown>;

/** Tables, by name, as texts that are equal for equal rows. */
type Contents = Record<string, string>;

/** What an undisturbed sync of a set ends in: what readers see, and what is kept to make it from. */
interface Ending {
  readonly visible: Contents;
  readonly kept: Contents;
}

/** A database, and a folder that goes from one set of documents to another while faults strike its syncs. */
export class FaultScene {
  readonly sessions: SyncSessions;
  readonly #admin: postgres.Sql;
  readonly #database: Database;
  readonly #name = `newsgraph_test_${randomUUID().slice(0, 8)}`;
  readonly #url: string;
  readonly #folder: TestFolder;
  #endings = new Map<SetName, Ending>();
  readonly #running = new Set<SyncProcess>();
  #written: ReadonlyMap<string, string> = new Map();
  #writes = 0;
  #current: SetName = 'A';
  #version = 0;
  #busyMs = 0;

  private constructor(server: string, folder: TestFolder) {
    const url = new URL(server);
    url.pathname = `/${this.#name}`;
    this.#url = url.href;
    this.#folder = folder;
    this.#admin = postgres(server, { max: 2, onnotice: () => {} });
    this.sessions = new SyncSessions(this.#admin, this.#url);
    url.searchParams.set('application_name', 'newsgraph_test');
    this.#database = openPostgres({ url: url.href, connections: 4 });
  }

  /**
   * First syncs each set undisturbed on a database without history, to know what syncs have to end in. A scene that is
   * `like` another knows it already.
   */
  static async open(server: string, like?: FaultScene): Promise<FaultScene> {
    const scene = new FaultScene(server, await testFolder());
    if (like) {
      scene.#endings = like.#endings;
      scene.#busyMs = like.#busyMs;
      await scene.#create();
      await scene.complete('A');
    } else {
      for (const set of ['C', 'B', 'A'] as const) await scene.#learn(set);
      await scene.#measure();
    }
    return scene;
  }

  async close(): Promise<void> {
    await this.endAll();
    await this.#database.close();
    await this.#admin.unsafe(`drop database if exists ${this.#name} with (force)`);
    await this.#admin.end();
    await this.#folder.dispose();
  }

  /** The set that the last undisturbed sync was given. */
  get current(): SetName {
    return this.#current;
  }

  /** Starts `newsgraph sync` on the folder as it is. */
  startSync(): SyncProcess {
    const process = new SyncProcess(this.#folder.path, { DATABASE_URL: this.#url });
    this.#running.add(process);
    process.ended.finally(() => this.#running.delete(process)).catch(() => {});
    return process;
  }

  /** Ends what a failed test may have left running. */
  async endAll(): Promise<void> {
    const running = [...this.#running];
    for (const process of running) process.signal('SIGKILL');
    await Promise.allSettled(running.map((process) => process.ended));
  }

  /**
   * Edits the folder to `target` and lets `fault` strike a sync of it. At the end readers must see all of the old
   * state or all of the new one, a new one must have raised the version, and what was reported as done must be.
   */
  async strike(target: SetName, fault: Fault): Promise<Struck> {
    this.#version = await this.#readVersion();
    await this.#write(target);
    const process = this.startSync();
    await fault(process);
    const outcome = await process.ended;
    // The server may go on for a client that is dead.
    await this.sessions.until('true', (count) => count === 0);
    const state = this.#stateOf(await this.#visible(), target);
    const changes = (await this.#readVersion()) - this.#version;
    if (changes !== (state === 'old' ? 0 : 1)) throw new Error(`the ${state} state, with ${changes} new versions`);
    if (outcome.code === 0 && state === 'old') throw new Error(`reported what had not happened: ${outcome.stdout}`);
    return { ...outcome, state };
  }

  /** Edits the folder to `target` and syncs it undisturbed: everything must be as if nothing had ever gone wrong. */
  async complete(target: SetName): Promise<void> {
    await this.#write(target);
    await sync(this.#database, [this.#folder.path]);
    this.#current = target;
    this.#version = await this.#readVersion();
    const ending = this.#endings.get(target) as Ending;
    expectSame(await this.#visible(), ending.visible);
    expectSame(await this.#kept(), ending.kept);
  }

  /** Resolves at some moment after the sync's first connection: mostly while it works, sometimes after its end. */
  async randomMoment(process: SyncProcess, random: Random): Promise<void> {
    const delay = random.next() * this.#busyMs * 1.2;
    await this.connected(process);
    await Promise.race([sleep(delay), process.ended]);
  }

  /** Resolves once the sync uses the database, or is over. */
  connected(process: SyncProcess): Promise<void> {
    return this.sessions.until('true', (count) => count > 0 || process.isOver);
  }

  /** Resolves once the sync waits for a lock, or is over. */
  blocked(process: SyncProcess): Promise<void> {
    return this.sessions.until(`wait_event_type = 'Lock'`, (count) => count > 0 || process.isOver);
  }

  async #create(): Promise<void> {
    await this.#admin.unsafe(`drop database if exists ${this.#name} with (force)`);
    await this.#admin.unsafe(`create database ${this.#name}`);
    await migrate(this.#database);
  }

  async #learn(set: SetName): Promise<void> {
    await this.#create();
    await this.#write(set);
    await sync(this.#database, [this.#folder.path]);
    this.#endings.set(set, { visible: await this.#visible(), kept: await this.#kept() });
    this.#current = set;
  }

  async #measure(): Promise<void> {
    const { code, stderr } = await this.strike('B', async (process) => {
      await this.connected(process);
      const start = performance.now();
      await process.ended;
      this.#busyMs = performance.now() - start;
    });
    if (code !== 0) throw new Error(stderr);
    await this.complete('B');
  }

  async #write(set: SetName): Promise<void> {
    const wanted = documentsOf(set);
    const gone = [...this.#written.keys()].filter((file) => !wanted.has(file));
    for (const file of gone) await this.#folder.remove(file);
    // Long ago, as syncs take a second look at what was saved just now, and later each time.
    const time = Date.now() / 1000 - 100_000 + this.#writes++;
    for (const [file, text] of wanted) {
      if (this.#written.get(file) === text) continue;
      await this.#folder.write(file, text);
      await utimes(join(this.#folder.path, file), time, time);
    }
    this.#written = wanted;
  }

  #stateOf(seen: Contents, target: SetName): 'old' | 'new' {
    const before = this.#endings.get(this.#current)?.visible as Contents;
    const after = this.#endings.get(target)?.visible as Contents;
    if (differences(seen, before).length === 0) return 'old';
    const differing = differences(seen, after);
    if (differing.length === 0) return 'new';
    throw new Error(`a mix: unlike ${this.#current} in ${differences(seen, before)}; unlike ${target} in ${differing}`);
  }

  async #visible(): Promise<Contents> {
    const name = sql`regexp_replace(path, '^.*/(?=\\d/)', '') as name`;
    const contents = { 'content.files': await this.#textOf(sql`select ${name}, document_id from content.files`) };
    for (const perspective of ['PUBLISHED', 'PREVIEW'] as const) {
      const tables = Object.entries(await contentsOf(this.#database, perspective));
      Object.assign(
        contents,
        Object.fromEntries(tables.map(([name, rows]) => [`${perspective}.${name}`, rows.join()])),
      );
    }
    return contents;
  }

  async #kept(): Promise<Contents> {
    const contents: Contents = {};
    for (const name of ['documents', 'claims', 'staged_files']) {
      contents[`content.${name}`] = await this.#textOf(sql`select * from content.${sql.identifier(name)}`);
    }
    return contents;
  }

  async #textOf(select: SQL): Promise<string> {
    const statement = sql`select string_agg(row_to_json(t)::text, ',' order by row_to_json(t)::text) as rows from (${select}) t`;
    const [all] = await rowsOf<{ rows: string | null }>(this.#database.drizzle, statement);
    return all?.rows ?? '';
  }

  #readVersion(): Promise<number> {
    return versionOf(this.#database, 'PREVIEW');
  }
}

function differences(seen: Contents, wanted: Contents): string[] {
  return Object.keys(wanted).filter((name) => seen[name] !== wanted[name]);
}

function expectSame(seen: Contents, wanted: Contents): void {
  const differing = differences(seen, wanted);
  if (differing.length > 0) throw new Error(`not what a first sync would have made: ${differing}`);
}

/** How long a sync may take, even when its database dies: it must end, not hang. */
const DEADLINE_MS = 40_000;

/** `newsgraph sync` in a process of its own. */
export class SyncProcess {
  /** Fulfilled with how it ended; `code` is -1 if a signal did it. Rejected when it hangs. */
  readonly ended: Promise<Outcome>;
  readonly #signal: (signal: NodeJS.Signals) => void;
  #isOver = false;

  constructor(folder: string, env: Record<string, string>) {
    const child = spawn(process.execPath, ['dist/main.js', 'sync', folder], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#signal = (signal) => child.kill(signal);
    const [stdout, stderr] = [textOf(child.stdout), textOf(child.stderr)];
    this.ended = new Promise((resolve, reject) => {
      const hung = setTimeout(() => {
        child.kill('SIGKILL');
        reject(new Error(`the sync hangs: ${stdout()}${stderr()}`));
      }, DEADLINE_MS);
      child.once('close', (code) => {
        clearTimeout(hung);
        this.#isOver = true;
        resolve({ code: code ?? -1, stdout: stdout(), stderr: stderr() });
      });
    });
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  signal(signal: NodeJS.Signals): void {
    this.#signal(signal);
  }
}

function textOf(stream: NodeJS.ReadableStream): () => string {
  let text = '';
  stream.on('data', (chunk) => {
    text += chunk;
  });
  return () => text;
}

/** What a test draws from: the same numbers for the same seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From 0 to 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  pick<T>(items: readonly T[]): T {
    return items[Math.floor(this.next() * items.length)] as T;
  }
}
