import { expect, test } from '@jest/globals';
import { type Engine, engines } from './engines.ts';

const [[, open]] = engines as readonly [Engine];

test('between two statements on the embedded engine, which block it, the process hears of what else has come', async () => {
  const database = await open();
  let turns = 0;
  const count = () => {
    turns += 1;
    counting = setImmediate(count);
  };
  let counting = setImmediate(count);
  const statements = Array.from({ length: 5 }, async () => {
    await database.query('select 1', [], { haste: 'quick', prepare: true });
    return turns;
  });
  const endedAt = await Promise.all(statements);
  clearImmediate(counting);
  await database.close();
  expect(new Set(endedAt).size).toBe(statements.length);
});
