import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { sync } from '../../src/content/sync.ts';
import { type Database, type QueryOptions, rowsOf } from '../../src/db/database.ts';
import { openPostgres } from '../../src/db/postgres.ts';
import type { TestServer } from '../harness/client.ts';
import { engines, serve, type TestDatabase } from '../harness/engines.ts';
import { article, entry, type TestFolder, testFolder } from '../harness/files.ts';

const NAMES = ['a', 'b', 'c'];

/** Reads everywhere: lists within lists, both ways, totals, facets, a search, providers and topics. */
const EVERYTHING = `{
  articles {
    totalCount facets { types { count } topics { topic { name } } }
    nodes {
      title provider { name } topics { name }
      related { totalCount nodes { title relatedBy { nodes { title topics { name } } } } }
    }
  }
  search(query: "chronicle") { totalCount nodes { title excerpt } }
  misspelled: search(query: "chornicle") { nodes { title } }
  providers { nodes { name articleCount articles { nodes { title related { nodes { title } } } } } }
  topics { nodes { name articles(where: { hasImage: false }) { totalCount nodes { title } } } }
}`;

/** A folder whose documents all say which edition they are. */
class Newspaper {
  edition = 0;
  readonly #folder: TestFolder;

  constructor(folder: TestFolder) {
    this.#folder = folder;
  }

  /** Writes the next edition, in which every text is another, and commits it. */
  async publish(database: Database): Promise<void> {
    this.edition += 1;
    const mark = `edition ${this.edition}.`;
    const provider = () => ({ name: `Provider of ${mark}`, domain: 'example.com' });
    const listed = (name: string) => entry(name, { title: `Entry of ${mark}`, provider: provider() });
    for (const name of NAMES) {
      const texts = { title: `Chronicle ${name}, ${mark}`, excerpt: `Of ${mark}`, topics: [`Topic of ${mark}`] };
      const related = [...NAMES, 'stub'].map(listed);
      await this.#folder.write(
        `${name}.md`,
        article(name, { ...texts, provider: provider(), related, published: true }),
      );
    }
    const { rejected } = await sync(database, [this.#folder.path]);
    expect(rejected).toEqual([]);
  }

  dispose(): Promise<void> {
    return this.#folder.dispose();
  }
}

/** The editions that an answer is made of. */
function editionsIn(data: unknown): number[] {
  const found = JSON.stringify(data).matchAll(/edition (\d+)\./g);
  return [...new Set([...found].map(([, edition]) => Number(edition)))];
}

/** Its statements are those that `disturbed` counts. */
const DISTURBED = { executor: 'reference', because: 'what happens does so before a certain statement' } as const;

/**
 * The same database, in which something happens before a statement: `at` counts the statements of its readers from 0. One
 * thing at a time, though statements are sent at the same time.
 */
function disturbed(database: Database, disturb: (at: number) => Promise<void>): Database {
  let sent = 0;
  let last = Promise.resolve();
  return {
    ...database,
    async query<Row>(text: string, parameters: unknown[], how: QueryOptions) {
      const at = sent;
      sent += 1;
      last = last.then(() => disturb(at));
      await last;
      return database.query<Row>(text, parameters, how);
    },
  };
}

describe.each(engines)('consistency on %s', (_name, open) => {
  let database: TestDatabase;
  let newspaper: Newspaper;

  beforeAll(async () => {
    database = await open();
    newspaper = new Newspaper(await testFolder());
    await newspaper.publish(database);
  });

  afterAll(async () => {
    await database.close();
    await newspaper.dispose();
  });

  test('an operation reads in several statements, and everything that it reads is in its answer', async () => {
    let statements = 0;
    const server = serve(
      disturbed(database, async () => {
        statements += 1;
      }),
      DISTURBED,
    );
    const data = await server.data(EVERYTHING);
    expect(statements).toBeGreaterThan(5);
    expect(editionsIn(data)).toEqual([newspaper.edition]);
    expect(data.articles.totalCount).toBe(NAMES.length);
    expect(data.search.totalCount).toBe(NAMES.length);
    expect(data.articles.nodes[0].related.totalCount).toBe(NAMES.length);
  });

  test.each([0, 1, 2, 3, 4, 5])(
    'a commit that lands just before statement %i of an operation is in all of its answer',
    async (disturbedAt) => {
      let sent = Number.NEGATIVE_INFINITY;
      const server = serve(
        disturbed(database, async () => {
          if (sent === disturbedAt) await newspaper.publish(database);
          sent += 1;
        }),
        DISTURBED,
      );
      await server.data('{ topics { totalCount } }');
      sent = 0;
      const before = newspaper.edition;
      expect(editionsIn(await server.data(EVERYTHING))).toEqual([before + 1]);
    },
  );

  test('a burst of commits, one after the other between the statements, fails no operation', async () => {
    let left = 4;
    const server = serve(
      disturbed(database, async (at) => {
        if (at === 0 || left === 0) return;
        left -= 1;
        await newspaper.publish(database);
      }),
      DISTURBED,
    );
    expect(editionsIn(await server.data(EVERYTHING))).toEqual([newspaper.edition]);
    expect(left).toBe(0);
  });

  test.each([
    ['PREVIEW', 'reference'],
    ['PUBLISHED', 'compiled'],
  ] as const)(
    'whoever reads on while commits go on sees whole editions, never an older one after a younger: %s, %s',
    async (anonymous, executor) => {
      const server = serve(database, { anonymous, executor, because: 'of two at once, one may see the next edition' });
      let isOver = false;
      const publish = async () => {
        for (let commits = 0; commits < 3; commits++) await newspaper.publish(database);
      };
      const read = async () => {
        const seen: number[] = [];
        while (!isOver) {
          // Else the embedded engine and its readers, all in one process, let nobody else have a turn.
          await sleep(20);
          const editions = editionsIn(await server.data(EVERYTHING));
          expect(editions).toHaveLength(1);
          seen.push(...editions);
        }
        return seen;
      };
      const over = publish().finally(() => {
        isOver = true;
      });
      const readers = await Promise.all([read(), read()]);
      await over;
      expect(editionsIn(await server.data(EVERYTHING))).toEqual([newspaper.edition]);
      for (const seen of readers) expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    },
  );
});

const onPostgres = engines.find(([name]) => name === 'PostgreSQL');

(onPostgres ? describe : describe.skip)('commits of another process on PostgreSQL', () => {
  let database: TestDatabase;
  let other: Database;
  let newspaper: Newspaper;

  beforeAll(async () => {
    database = (await onPostgres?.[1]()) as TestDatabase;
    const [row] = await rowsOf<{ name: string }>(database.drizzle, sql`select current_database() as name`);
    const url = new URL(process.env['TEST_DATABASE_URL'] as string);
    url.pathname = `/${row?.name}`;
    other = openPostgres({ url: url.href, connections: 1 });
    newspaper = new Newspaper(await testFolder());
    await newspaper.publish(other);
  });

  afterAll(async () => {
    await other.close();
    await database.close();
    await newspaper.dispose();
  });

  /** Of all that is asked again and again: what is in memory, what is kept as an answer, what is read. */
  const QUESTIONS = ['{ topics { nodes { name } } }', '{ articles { nodes { title } } }', EVERYTHING];

  /** One server for each perspective, so that both have asked everything before. */
  function servers(): TestServer[] {
    const options = {
      executor: 'compiled',
      because: 'of two at once, one may hear of a commit before the other',
    } as const;
    return (['PREVIEW', 'PUBLISHED'] as const).map((anonymous) => serve(database, { ...options, anonymous }));
  }

  const askAll = (asked: readonly TestServer[]) =>
    Promise.all(asked.flatMap((server) => QUESTIONS.map(async (question) => editionsIn(await server.data(question)))));

  const allCurrent = (asked: readonly TestServer[]) => asked.flatMap(() => QUESTIONS.map(() => [newspaper.edition]));

  describe('while nobody tells of them', () => {
    test('every operation looks whether there were any, so each answer is current at once', async () => {
      expect(database.isListening()).toBe(false);
      const asked = servers();
      for (let commits = 0; commits < 3; commits++) {
        expect(await askAll(asked)).toEqual(allCurrent(asked));
        await newspaper.publish(other);
        expect(await askAll(asked)).toEqual(allCurrent(asked));
      }
    });
  });

  describe('once the database listens', () => {
    beforeEach(() => database.listen());

    test('answers are current within a second of the commit', async () => {
      const asked = servers();
      for (let commits = 0; commits < 3; commits++) {
        expect(await askAll(asked)).toEqual(allCurrent(asked));
        await newspaper.publish(other);
        const deadline = Date.now() + 1_000;
        while (JSON.stringify(await askAll(asked)) !== JSON.stringify(allCurrent(asked))) {
          if (Date.now() > deadline) throw new Error('expected current answers a second after the commit');
          await sleep(10);
        }
      }
    });

    test('nothing is asked of the database to learn that nothing has changed', async () => {
      const [server] = servers() as [TestServer];
      await server.data(QUESTIONS[0] as string);
      database.statements.length = 0;
      await server.data(QUESTIONS[0] as string);
      expect(database.statements).toEqual([]);
    });
  });
});
