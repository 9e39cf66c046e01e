import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { align } from './align.ts';
import { measureCached } from './http/cached.ts';
import { measureEmbedded } from './http/embedded.ts';
import { installPeers } from './http/install.ts';
import { withLoad } from './http/load.ts';
import { measureMemory } from './http/memory.ts';
import { measureMixed } from './http/mixed.ts';
import { type PartName, parseOptions } from './http/options.ts';
import type { Bench, PartResult } from './http/part.ts';
import { formatTargets } from './http/targets-table.ts';
import { measureUncached } from './http/uncached.ts';
import { withWorld } from './http/world.ts';

const RESULTS = fileURLToPath(new URL('../results/http.json', import.meta.url));

const MEASURES: Readonly<Record<PartName, (bench: Bench) => Promise<PartResult>>> = {
  uncached: measureUncached,
  mixed: measureMixed,
  cached: measureCached,
  memory: measureMemory,
  embedded: measureEmbedded,
};

/** Measures newsgraph beside its peers and its limit. Throws if an answer was wrong; a slow one is only shown. */
export async function runHttpBench(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  await installPeers();
  const load = [loadavg()];
  const results: Partial<Record<PartName, PartResult>> = {};
  await withWorld(options.documents, (world) =>
    withLoad(async (press) => {
      for (const part of options.parts) {
        results[part] = await MEASURES[part]({ world, options, press });
        load.push(loadavg());
      }
    }),
  );
  const all = Object.values(results);
  for (const { table } of all) console.log(`${align(table)}\n`);
  console.log(formatTargets(all.flatMap(({ judged }) => judged)));
  await save({
    date: new Date().toISOString(),
    node: process.version,
    cores: availableParallelism(),
    load,
    options: { ...options, operations: options.operations.map(({ name }) => name) },
    parts: Object.fromEntries(
      Object.entries(results).map(([name, { figures, judged }]) => [name, { figures, judged }]),
    ),
  });
  return 0;
}

async function save(results: object): Promise<void> {
  await mkdir(dirname(RESULTS), { recursive: true });
  await writeFile(RESULTS, `${JSON.stringify(results, null, 2)}\n`);
}
