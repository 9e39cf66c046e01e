import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { build } from '../harness/command-line.ts';
import { SETS, type SetName } from '../harness/faults/fault-documents.ts';
import { FaultScene, Random, type Struck, type SyncProcess } from '../harness/faults/faults.ts';
import { type SmallServer, startSmallServer, whyNoSmallServer } from '../harness/small-server.ts';

const server = process.env['TEST_DATABASE_URL'];
const onPostgres = server ? describe : describe.skip;
if (!server) console.warn('TEST_DATABASE_URL is not set: no sync is disturbed.');

/** How often each random fault strikes. A seed brings back the moments of a run that failed. */
const ROUNDS = Number(process.env['FAULT_ROUNDS'] ?? 1);
const SEED = Number(process.env['FAULT_SEED'] ?? Date.now() % 1_000_000);

/** Tables that a sync writes to, those of its commit last: where a lock can stop it. */
const STOPS = [
  'content.staged_files',
  'content.current_run',
  'content.claims',
  'content.documents',
  'content.files',
  ...['published', 'preview'].flatMap((perspective) =>
    ['articles', 'article_addresses', 'article_topics', 'article_related', 'providers', 'topics', 'images'].map(
      (table) => `${perspective}.${table}`,
    ),
  ),
  'content.versions',
];

/** By fault, how often a sync left the old state or the new one. */
const outcomes: Record<string, Record<Struck['state'], number>> = {};

/**
 * Each round edits the folder, strikes its sync, expects the old state or the new one, and then lets a sync complete:
 * of the same files, or of files that have been edited again.
 */
async function inRounds(
  scene: FaultScene,
  name: string,
  fault: (process: SyncProcess, random: Random) => Promise<unknown>,
  rounds = ROUNDS,
): Promise<void> {
  const random = new Random(SEED);
  const counts = { old: 0, new: 0 };
  outcomes[name] = counts;
  for (let round = 1; round <= rounds; round++) {
    try {
      const [target, other] = others(scene, random.next() < 0.5);
      const { state } = await scene.strike(target, (process) => fault(process, random));
      counts[state] += 1;
      await scene.complete(random.next() < 0.5 ? target : other);
    } catch (error) {
      throw new Error(`round ${round} with FAULT_SEED=${SEED} FAULT_ROUNDS=${rounds}`, { cause: error });
    }
  }
}

/** The sets that the folder can be edited to. */
function others({ current }: FaultScene, inReverse = false): [SetName, SetName] {
  const [first, second] = SETS.filter((set) => set !== current) as [SetName, SetName];
  return inReverse ? [second, first] : [first, second];
}

onPostgres('a sync that is disturbed leaves the old state or the new one, and the next one completes it', () => {
  const minutes = 60_000 * Math.max(1, ROUNDS / 5);
  let scene: FaultScene;

  beforeAll(async () => {
    await build();
    scene = await FaultScene.open(server as string);
  }, minutes);

  afterEach(() => scene.endAll());

  afterAll(async () => {
    await scene.close();
    process.stdout.write(`faults with FAULT_SEED=${SEED}: ${JSON.stringify(outcomes)}\n`);
  });

  /** Lets the sync come as far as its first write to `table`, lets `act` strike, then opens the way again. */
  async function stoppedAt(table: string, process: SyncProcess, act: () => Promise<unknown>): Promise<void> {
    const hold = await scene.sessions.hold(table);
    try {
      await scene.blocked(process);
      await act();
    } finally {
      await hold.release();
    }
  }

  /** Lets `act` strike at a random moment, or else at a random table. */
  async function somewhere(process: SyncProcess, random: Random, act: () => Promise<unknown>): Promise<void> {
    if (random.next() < 0.5) return stoppedAt(random.pick(STOPS), process, act);
    await scene.randomMoment(process, random);
    await act();
  }

  test(
    'when it is killed anywhere',
    () =>
      inRounds(scene, 'killed', (process, random) =>
        somewhere(process, random, async () => {
          process.signal('SIGKILL');
          await process.ended;
        }),
      ),
    minutes,
  );

  test(
    'when its connections are terminated anywhere, perhaps again when it has new ones',
    () =>
      inRounds(scene, 'terminated', async (process, random) => {
        await somewhere(process, random, () => scene.sessions.terminate());
        if (random.next() < 0.5) await scene.sessions.terminate();
      }),
    minutes,
  );

  test('when its connection is terminated in the middle of its commit: then nothing has changed', async () => {
    const [target] = others(scene);
    const struck = await scene.strike(target, (process) =>
      stoppedAt('preview.topics', process, async () => {
        expect(await scene.sessions.terminate(`wait_event_type = 'Lock'`)).toBe(1);
      }),
    );
    expect(struck).toMatchObject({ code: 1, state: 'old' });
    await scene.complete(target);
  });

  test('when it is killed in the middle of its commit: then the server completes it', async () => {
    const [target] = others(scene);
    const struck = await scene.strike(target, (process) =>
      stoppedAt('preview.topics', process, async () => {
        process.signal('SIGKILL');
        await process.ended;
      }),
    );
    expect(struck.state).toBe('new');
    await scene.complete(target);
  });

  test('when it died while it added documents that no file holds any more', async () => {
    const [target, other] = others(scene);
    const struck = await scene.strike(target, (process) =>
      stoppedAt('content.documents', process, () => scene.sessions.terminate()),
    );
    expect(struck.state).toBe('old');
    await scene.complete(other);
  });

  test('when a second one starts: it says who holds the lock, and the first one completes', async () => {
    const [target] = others(scene);
    const struck = await scene.strike(target, (process) =>
      stoppedAt('content.files', process, async () => {
        const second = await scene.startSync().ended;
        expect(second).toMatchObject({
          code: 1,
          stderr: expect.stringMatching(/^newsgraph: the sync lock is held by/),
        });
      }),
    );
    expect(struck).toMatchObject({ code: 0, state: 'new' });
    await scene.complete(target);
  });

  test(
    'when a second one starts at any moment: each completes, or says who holds the lock',
    () =>
      inRounds(scene, 'two at once', async (process, random) => {
        await scene.randomMoment(process, random);
        const both = await Promise.all([process.ended, scene.startSync().ended]);
        const refused = both.filter(({ code }) => code !== 0);
        expect(refused.length).toBeLessThan(2);
        for (const { stderr } of refused)
          expect(stderr).toMatch(/^newsgraph: (the sync lock is held by|another process)/);
      }),
    minutes,
  );

  test('when another begins while it waits to commit: it has lost its turn, says so and changes nothing', async () => {
    const [target] = others(scene);
    const struck = await scene.strike(target, async (process) => {
      const hold = await scene.sessions.hold('content.documents');
      await scene.blocked(process);
      const turn = await scene.sessions.takeTurn();
      await hold.release();
      await scene.blocked(process);
      await turn.release();
    });
    expect(struck).toMatchObject({ code: 1, state: 'old', stderr: expect.stringContaining('another sync has begun') });
    await scene.complete(target);
  });

  test('when it sleeps, loses its lock and wakes up after another has completed: it changes nothing', async () => {
    const [target, other] = others(scene);
    const struck = await scene.strike(target, async (process) => {
      await stoppedAt('content.documents', process, async () => process.signal('SIGSTOP'));
      await scene.sessions.until(`wait_event_type is distinct from 'Client'`, (count) => count === 0);
      const holdsLock = `pid in (select pid from pg_locks where locktype = 'advisory')`;
      expect(await scene.sessions.terminate(holdsLock)).toBe(1);
      await scene.sessions.until(holdsLock, (count) => count === 0);
      await scene.complete(other);
      process.signal('SIGCONT');
    });
    expect(struck).toMatchObject({ code: 1, state: 'old', stderr: expect.stringContaining('another sync has begun') });
    await scene.complete(target);
  });

  const missing = server ? whyNoSmallServer() : null;
  if (missing) console.warn(`No disk is filled and no server restarted: ${missing}`);

  (missing ? describe.skip : describe)('on a server of its own', () => {
    let small: SmallServer;
    let usual: FaultScene;

    beforeAll(async () => {
      usual = scene;
      small = await startSmallServer();
      scene = await FaultScene.open(small.url, usual);
    }, minutes);

    afterEach(() => small.free());

    afterAll(async () => {
      await scene.close();
      await small.dispose();
      scene = usual;
    });

    test('when the disk is full: it says so, and nothing has changed', async () => {
      const [target] = others(scene);
      const struck = await scene.strike(target, async (process) => {
        await stoppedAt('preview.articles', process, () => small.fill());
        await process.ended;
        await small.free();
      });
      expect(struck).toMatchObject({ code: 1, state: 'old' });
      await scene.complete(target);
    });

    test(
      'when the disk becomes full anywhere',
      () =>
        inRounds(scene, 'disk full', async (process, random) => {
          await somewhere(process, random, () => small.fill(random.next() * 1_500_000));
          await process.ended;
          await small.free();
        }),
      minutes,
    );

    test(
      'when the server is restarted anywhere',
      () => inRounds(scene, 'restarted', (process, random) => somewhere(process, random, () => small.crash())),
      minutes,
    );
  });
});
