import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmdirSync } from 'node:fs';
import { chmod, mkdtemp, open, rm, rmdir, statfs } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import postgres from 'postgres';

const DISK_BYTES = 160 << 20;
const OWNER = 'postgres';

/** A PostgreSQL server of a test's own on a small disk of its own, both of which it may break. */
export interface SmallServer {
  readonly url: string;
  /** Fills the disk until only `bytesLeft` are free. */
  fill(bytesLeft?: number): Promise<void>;
  /** Frees the disk, and starts the server again if it did not survive. */
  free(): Promise<void>;
  /** Restarts it as a power cut would: without a checkpoint, nobody told. */
  crash(): Promise<void>;
  /** Restarts it as an operator does: whoever is connected is told, and cut off. */
  restart(): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
  dispose(): Promise<void>;
}

/** Why there can be none here, if so. */
export function whyNoSmallServer(): string | null {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'only root can mount a small disk';
  if (!programs()) return 'PostgreSQL is not installed here';
  const mountPoint = mkdtempSync(join(tmpdir(), 'newsgraph-disk-'));
  try {
    execFileSync('id', [OWNER], { stdio: 'ignore' });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', mountPoint], { stdio: 'ignore' });
    execFileSync('umount', [mountPoint], { stdio: 'ignore' });
    return null;
  } catch (error) {
    return (error as Error).message;
  } finally {
    rmdirSync(mountPoint);
  }
}

/** The folder that holds initdb and pg_ctl. */
function programs(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : [];
  return [...(process.env['PATH'] ?? '').split(':'), ...versions].find((folder) => existsSync(join(folder, 'initdb')));
}

export async function startSmallServer(): Promise<SmallServer> {
  const mountPoint = await mkdtemp(join(tmpdir(), 'newsgraph-disk-'));
  await execute('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', mountPoint]);
  await chmod(mountPoint, 0o777);
  const port = await freePort();
  const server = new Cluster(mountPoint, port);
  await server.create();
  return server;
}

class Cluster implements SmallServer {
  readonly url: string;
  readonly #mountPoint: string;
  readonly #data: string;
  readonly #filler: string;
  readonly #settings: string;

  constructor(mountPoint: string, port: number) {
    this.url = `postgres://${OWNER}@127.0.0.1:${port}/postgres`;
    this.#mountPoint = mountPoint;
    this.#data = join(mountPoint, 'data');
    this.#filler = join(mountPoint, 'filler');
    this.#settings = [
      `-p ${port} -k ${mountPoint} -c listen_addresses=127.0.0.1`,
      // So that the write-ahead log can fill the disk too, soon.
      '-c min_wal_size=2MB -c max_wal_size=4MB -c shared_buffers=16MB -c max_connections=30',
    ].join(' ');
  }

  async create(): Promise<void> {
    await asOwner('initdb', ['-D', this.#data, '-A', 'trust', '-U', OWNER, '--no-sync', '--wal-segsize=1']);
    await this.#start();
  }

  async fill(bytesLeft = 0): Promise<void> {
    const file = await open(this.#filler, 'w');
    try {
      for (;;) {
        const { bavail, bsize } = await statfs(this.#mountPoint);
        const room = bavail * bsize - bytesLeft;
        if (room <= 0) return;
        await file.write(Buffer.alloc(Math.min(room, 4 << 20)));
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    } finally {
      await file.close();
    }
  }

  async free(): Promise<void> {
    await rm(this.#filler, { force: true });
    const deadline = Date.now() + 20_000;
    while (!(await this.#answers())) {
      if (Date.now() > deadline) throw new Error('the server did not come back');
      if (!(await this.#isRunning())) await this.#start();
      await sleep(50);
    }
  }

  async crash(): Promise<void> {
    await this.#control('restart', '-m', 'immediate', '-o', this.#settings);
  }

  async restart(): Promise<void> {
    await this.#control('restart', '-m', 'fast', '-o', this.#settings);
  }

  async stop(): Promise<void> {
    await this.#control('stop', '-m', 'fast');
  }

  start(): Promise<void> {
    return this.#start();
  }

  async dispose(): Promise<void> {
    await this.#control('stop', '-m', 'immediate').catch(() => {});
    await execute('umount', [this.#mountPoint]);
    await rmdir(this.#mountPoint);
  }

  async #start(): Promise<void> {
    await this.#control('start', '-o', this.#settings);
  }

  async #isRunning(): Promise<boolean> {
    return this.#control('status').then(
      () => true,
      () => false,
    );
  }

  async #answers(): Promise<boolean> {
    const client = postgres(this.url, { max: 1, connect_timeout: 2, onnotice: () => {} });
    return client`select 1`
      .then(
        () => true,
        () => false,
      )
      .finally(() => client.end({ timeout: 1 }));
  }

  #control(command: string, ...args: readonly string[]): Promise<void> {
    return asOwner('pg_ctl', [command, '-w', '-D', this.#data, '-l', '/dev/null', ...args]);
  }
}

const execute = promisify(execFile);

/** PostgreSQL refuses to run as root. */
async function asOwner(program: string, args: readonly string[]): Promise<void> {
  await execute('runuser', ['-u', OWNER, '--', join(programs() as string, program), ...args], { cwd: '/' });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
