import { Draws } from '../corpus/draws.ts';
import { WrongAnswer } from '../wrong-answer.ts';
import { ask } from './ask.ts';
import { canonical, firstDifference } from './canonical.ts';
import type { Contestant } from './contestants.ts';
import type { Case, Operation } from './question.ts';
import type { Sample } from './sample.ts';

/** Asks all for the same, `count` times and more where that covers all that is timed. Throws `WrongAnswer`. */
export async function checkEqual(
  operation: Operation,
  contestants: readonly Contestant[],
  sample: Sample,
  count: number,
): Promise<number> {
  const cases = drawCases(operation, sample, count);
  for (const asked of cases) await checkCase(operation, contestants, asked);
  return cases.length;
}

function drawCases(operation: Operation, sample: Sample, count: number): Case[] {
  const draws = new Draws(1, operation.name.length);
  const timed = operation.cases(sample);
  const pool = [...timed, ...operation.furtherCases(sample)];
  if (pool.length === 0) throw new Error(`expected something to ask for in ${operation.title}, got nothing`);
  const drawn = new Set(timed.length <= count ? timed : []);
  while (drawn.size < Math.min(count, pool.length)) drawn.add(draws.pick(pool));
  return [...drawn];
}

async function checkCase(operation: Operation, contestants: readonly Contestant[], asked: Case): Promise<void> {
  const answers = await Promise.all(contestants.map((contestant) => ask(contestant, operation, asked)));
  const [first, ...others] = answers.map((answer) => canonical(answer));
  const what = `${operation.name} ${JSON.stringify(asked)}`;
  for (const [index, other] of others.entries()) {
    const difference = firstDifference(first, other);
    if (difference === null) continue;
    const names = `${contestants[0]?.name} and ${contestants[index + 1]?.name}`;
    throw new WrongAnswer(`${what}: expected equal answers of ${names}, got ${difference}`);
  }
  if (!operation.isFull(first as never))
    throw new WrongAnswer(`${what}: expected an answer, got ${JSON.stringify(first)}`);
}
