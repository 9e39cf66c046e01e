import { describe, expect, test } from '@jest/globals';
import { DatabaseUnavailable, StatementTimeout } from '../../src/db/failures.ts';
import { ascii } from '../../src/lib/utf8.ts';
import { Answer } from '../../src/operation/answer.ts';
import { AnswerCache, type Made } from '../../src/operation/answer-cache.ts';

const made: Made = { answer: new Answer(ascii('{"data":{}}')), version: 1 };

describe('an answer that many wait for', () => {
  test('is made once more, for all of them, if whoever was making it hung up', async () => {
    const cache = new AnswerCache(1_000_000);
    let hangUp: () => void = () => {};
    const first = cache.get(
      'key',
      1,
      () =>
        new Promise((_resolve, reject) => {
          hangUp = () => reject(new Error('the client has hung up'));
        }),
    );
    let times = 0;
    const make = async () => {
      times += 1;
      await new Promise(setImmediate);
      return made;
    };
    const others = Array.from({ length: 100 }, () => cache.get('key', 1, make));
    hangUp();
    await expect(first).rejects.toThrow('hung up');
    expect(new Set(await Promise.all(others))).toEqual(new Set([made.answer]));
    expect(times).toBe(1);
  });

  test.each([
    new StatementTimeout('a statement took longer than it may'),
    new DatabaseUnavailable('the database cannot be reached'),
  ])('is not made again for them where making it failed with %s', async (failure) => {
    const cache = new AnswerCache(1_000_000);
    let times = 0;
    const make = async () => {
      times += 1;
      await new Promise(setImmediate);
      throw failure;
    };
    const all = await Promise.allSettled(Array.from({ length: 100 }, () => cache.get('key', 1, make)));
    expect(all).toEqual(Array(100).fill({ status: 'rejected', reason: failure }));
    expect(times).toBe(1);
  });
});
