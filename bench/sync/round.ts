import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SyncReport } from '../../src/content/report.ts';
import { type BenchDatabase, withDatabase } from '../database.ts';
import { runNode, usedBetween } from '../process.ts';
import { checkReport, checkRows, checkTitle } from './answers.ts';
import { type Corpus, retitle } from './corpora.ts';

/** Reading and checking alone, in seconds and MB. */
export interface ParseCost {
  readonly wall: number;
  readonly nodeCpu: number | null;
  readonly peak: number | null;
}

/** One sync. */
export interface SyncCost extends ParseCost {
  readonly phases: SyncReport['seconds'];
  readonly postgresCpu: number | null;
}

/** All that is measured once on an empty database. */
export interface Round {
  readonly parse: ParseCost;
  readonly full: SyncCost;
  /** Taken in turn, so that what slows the machine slows both. */
  readonly unchanged: readonly SyncCost[];
  readonly oneChanged: readonly SyncCost[];
  readonly rows: Readonly<Record<string, number>>;
}

const TURNS = 3;
const NEWSGRAPH = fileURLToPath(new URL('../../../dist/main.js', import.meta.url));

/** Throws `WrongAnswer` if the database does not end up saying what the files say. */
export function measureRound(corpus: Corpus): Promise<Round> {
  return withDatabase(async (database) => {
    await newsgraph(database, corpus, ['migrate']);
    const parse = await measureParse(database, corpus);
    const full = await measureSync(database, corpus, { added: corpus.documents });
    const rows = await checkRows(database, corpus);
    const unchanged: SyncCost[] = [];
    const oneChanged: SyncCost[] = [];
    for (let turn = 1; turn <= TURNS; turn++) {
      unchanged.push(await measureSync(database, corpus, { unchanged: corpus.documents }));
      oneChanged.push(
        await measureChange(database, corpus, `Changed by the bench, time ${turn} of process ${process.pid}`),
      );
    }
    await checkRows(database, corpus);
    return { parse, full, unchanged, oneChanged, rows };
  });
}

async function measureParse(database: BenchDatabase, corpus: Corpus): Promise<ParseCost> {
  const run = await newsgraph(database, corpus, ['sync', '--check', '--json', basename(corpus.folder)]);
  return { wall: run.wall, nodeCpu: run.cpu, peak: run.peak };
}

async function measureChange(database: BenchDatabase, corpus: Corpus, title: string): Promise<SyncCost> {
  await retitle(corpus.sample, title);
  const cost = await measureSync(database, corpus, { changed: 1, unchanged: corpus.documents - 1 });
  await checkTitle(database, corpus, title);
  return cost;
}

type Expected = Parameters<typeof checkReport>[2];

async function measureSync(database: BenchDatabase, corpus: Corpus, expected: Expected): Promise<SyncCost> {
  const before = await database.cpu();
  const {
    stdout,
    wall,
    cpu: nodeCpu,
    peak,
  } = await newsgraph(database, corpus, ['sync', '--json', basename(corpus.folder)]);
  const postgresCpu = usedBetween(before, await database.cpu());
  const report = JSON.parse(stdout) as SyncReport;
  checkReport(report, corpus, expected);
  return { wall, phases: report.seconds, nodeCpu, postgresCpu, peak };
}

/** As an operator runs it. */
function newsgraph({ url }: BenchDatabase, { folder }: Corpus, args: readonly string[]) {
  return runNode([NEWSGRAPH, ...args], dirname(folder), { ...process.env, DATABASE_URL: url });
}
