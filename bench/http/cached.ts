import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { show } from '../align.ts';
import { median } from '../median.ts';
import type { HttpRequest } from './ask.ts';
import { type Contestant, withContestants } from './contestants.ts';
import type { Plan } from './load.ts';
import type { Bench, PartResult } from './part.ts';
import { findRepeated, type Repeated } from './repeated.ts';
import { type Server, withServer } from './server.ts';
import { judge, type Target } from './targets.ts';

const ANSWER: Target = { name: 'cached answers/s ÷ static', sense: '≥', limit: 0.7 };
const UNCHANGED: Target = { name: '304s/s ÷ static', sense: '≥', limit: 0.7 };

/** Requests a second. */
interface Rates {
  readonly operation: string;
  readonly bytes: number;
  readonly answers: Record<'newsgraph' | 'static', number[]>;
  readonly unchanged: Record<'newsgraph' | 'static', number[]> | null;
}

/** The same anonymous requests over and over, beside a server that has the answers ready. */
export function measureCached(bench: Bench): Promise<PartResult> {
  const { world, options } = bench;
  const settings = { databaseUrl: world.database.url, newerNode: options.newerNode };
  return withContestants(['newsgraph'], settings, async ([newsgraph]) => {
    const anonymous = { ...(newsgraph as Contestant), headers: {} };
    const repeated = await findRepeated(bench, anonymous);
    const rates: Rates[] = [];
    for (const one of repeated) {
      const launch = await staticServer(world.folder, one);
      rates.push(await withServer(launch, (server) => measureRates(bench, anonymous, server, one)));
    }
    return toResult(rates);
  });
}

/** It answers with the very same bytes: those that are not ASCII take the client longer to read. */
async function staticServer(folder: string, { operation, body }: Repeated) {
  const program = fileURLToPath(new URL('static.js', import.meta.url));
  const file = join(folder, `${operation}.json`);
  await writeFile(file, body);
  return { name: 'static', node: process.execPath, args: [program, file], env: {} };
}

async function measureRates(bench: Bench, newsgraph: Server, fixed: Server, one: Repeated): Promise<Rates> {
  console.error(`${one.operation}: cached`);
  const { operation, body, answer, unchanged } = one;
  return {
    operation,
    bytes: body.length,
    answers: await measureBoth(bench, newsgraph, fixed, operation, answer, 200),
    unchanged: unchanged && (await measureBoth(bench, newsgraph, fixed, operation, unchanged, 304)),
  };
}

async function measureBoth(
  { press, options }: Bench,
  newsgraph: Server,
  fixed: Server,
  kind: string,
  request: HttpRequest,
  status: Plan['status'],
) {
  const rates: Record<'newsgraph' | 'static', number[]> = { newsgraph: [], static: [] };
  const { connections } = options;
  const requests = [{ ...request, kind }];
  const servers = [
    { name: 'newsgraph', origin: newsgraph.origin },
    { name: 'static', origin: fixed.origin },
  ] as const;
  for (let round = 0; round <= options.rounds; round++) {
    for (const { name, origin } of servers) {
      const seconds = (round === 0 ? options.warmUp : options.seconds) / 2;
      const pressed = await press({ origin, requests, connections, seconds, status });
      if (round > 0) rates[name].push(pressed.rate);
    }
  }
  return rates;
}

function toResult(rates: readonly Rates[]): PartResult {
  const share = (both: Rates['unchanged']) =>
    both && median(both.newsgraph.map((rate, round) => rate / (both.static[round] ?? Number.NaN)));
  const columns = ({ answers, unchanged, bytes }: Rates) => [
    show(bytes),
    ...[answers.newsgraph, answers.static, unchanged?.newsgraph, unchanged?.static].map((list) =>
      show(list ? median(list) : null),
    ),
  ];
  return {
    figures: { rates },
    table: [
      ['cached, requests/s', 'bytes', 'answers', 'static', '304s', 'static'],
      ...rates.map((one) => [one.operation, ...columns(one)]),
    ],
    judged: rates.flatMap(({ operation, answers, unchanged }) => [
      judge(ANSWER, operation, share(answers)),
      judge(UNCHANGED, operation, share(unchanged)),
    ]),
  };
}
