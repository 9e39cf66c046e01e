import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Database } from '../../src/db/database.ts';
import { toUtf8 } from '../../src/lib/utf8.ts';
import { build } from '../harness/command-line.ts';
import { type Engine, engines } from '../harness/engines.ts';

const [[, open]] = engines as readonly [Engine];
const ONCE = { queryClass: 'indexed', prepare: false } as const;

/** Turns of the event loop that have begun. */
function countTurns() {
  let count = 0;
  const next = () => {
    count += 1;
    turn = setImmediate(next);
  };
  let turn = setImmediate(next);
  return { soFar: () => count, stop: () => clearImmediate(turn) };
}

test('from source the engine blocks the process, which hears of what else has come between two statements', async () => {
  const database = await open();
  const turns = countTurns();
  const statements = Array.from({ length: 5 }, async () => {
    await database.query('select 1', [], { queryClass: 'indexed', prepare: true });
    return turns.soFar();
  });
  const endedAt = await Promise.all(statements);
  turns.stop();
  await database.close();
  expect(new Set(endedAt).size).toBe(statements.length);
});

describe('as it is built, the engine has a thread of its own', () => {
  let database: Database;

  async function openBuilt(): Promise<Database> {
    const built = '../../dist/db/embedded.js';
    const { openEmbedded } = (await import(built)) as typeof import('../../src/db/embedded.ts');
    return openEmbedded({ snapshot: new Blob([await readFile(process.env['TEST_SNAPSHOT'] as string)]) });
  }

  beforeAll(async () => {
    await build();
    database = await openBuilt();
  });

  afterAll(() => database.close());

  test('and while it works, the process goes on', async () => {
    const turns = countTurns();
    await database.query('select count(*) from generate_series(1, 300000)', [], ONCE);
    turns.stop();
    expect(turns.soFar()).toBeGreaterThan(5);
  });

  test('rows, raw rows and scripts come and go as they do without', async () => {
    await database.script('create table words (word text); insert into words values (null), ($$fiancée$$)');
    const text = 'select word, length(word) as "letters" from words order by word';
    expect(await database.query(text, [], ONCE)).toEqual([
      { word: 'fiancée', letters: 7 },
      { word: null, letters: null },
    ]);
    expect(await database.raw(text, [], ONCE)).toEqual([
      [toUtf8('fiancée'), '7'],
      [null, null],
    ]);
  });

  test('its errors say what they are, and end nothing', async () => {
    await expect(database.query('select 1 / $1::integer', [0], ONCE)).rejects.toMatchObject({
      message: 'division by zero',
      code: '22012',
    });
    expect(await database.query('select 1 as one', [], ONCE)).toEqual([{ one: 1 }]);
  });

  test('what is asked when it has ended is told so', async () => {
    const other = await openBuilt();
    await other.close();
    await expect(other.query('select 1', [], ONCE)).rejects.toThrow('the embedded database has ended');
  });
});
