import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { withFolder } from './folder.ts';
import { type Corpus, copyShared, generate } from './sync/corpora.ts';
import { type Figures, toFigures } from './sync/figures.ts';
import { measureRound, type Round } from './sync/round.ts';
import { formatTable } from './sync/table.ts';

const RESULTS = fileURLToPath(new URL('../results/sync.json', import.meta.url));

/** Measures `npm run sync` as operators run it. Throws if a sync was wrong; one that was slow is only shown. */
export async function runSyncBench(args: readonly string[]): Promise<number> {
  const { sizes, rounds } = parseOptions(args);
  const load = [loadavg()];
  const all: { figures: Figures; rounds: Round[] }[] = [];
  for (const make of [copyShared, ...sizes.map((size) => (folder: string) => generate(folder, size))]) {
    const measured = await withFolder(async (folder) => {
      const corpus = await make(join(folder, 'corpus'));
      return corpus && measure(corpus, rounds ?? (corpus.documents > 5_000 ? 1 : 3));
    });
    if (measured) all.push(measured);
    load.push(loadavg());
  }
  console.log(formatTable(all.map(({ figures }) => figures)));
  await save({
    date: new Date().toISOString(),
    node: process.version,
    cores: availableParallelism(),
    load,
    corpora: all,
  });
  return 0;
}

function parseOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: { documents: { type: 'string', default: '5000,50000' }, rounds: { type: 'string' } },
  });
  const sizes = values.documents.split(',').map((size) => wholeNumber('--documents', size));
  return { sizes, rounds: values.rounds === undefined ? undefined : wholeNumber('--rounds', values.rounds) };
}

function wholeNumber(option: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${option}: expected a whole number from 1, got ${text}`);
  return Number(text);
}

async function measure(corpus: Corpus, rounds: number) {
  const measured: Round[] = [];
  for (let round = 1; round <= rounds; round++) {
    console.error(`${corpus.name}: round ${round} of ${rounds}`);
    measured.push(await measureRound(corpus));
  }
  return { figures: toFigures(corpus, measured), rounds: measured };
}

async function save(results: object): Promise<void> {
  await mkdir(dirname(RESULTS), { recursive: true });
  await writeFile(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
}
