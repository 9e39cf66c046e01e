import { runHttpBench } from './http.ts';
import { runOverloadBench } from './overload.ts';
import { runPlansBench } from './plans.ts';
import { stop } from './process.ts';
import { runSyncBench } from './sync.ts';

/** Every bench by its name. Each gets the arguments after the name, and gives the exit code. */
const BENCHES: Readonly<Record<string, (args: readonly string[]) => Promise<number>>> = {
  sync: runSyncBench,
  plans: runPlansBench,
  http: runHttpBench,
  overload: runOverloadBench,
};

/** `npm run bench -- NAME [OPTION…]`, or all benches without a name. Gives the exit code. */
async function main([name, ...args]: readonly string[]): Promise<number> {
  if (name === undefined) return runAll();
  const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
  if (!bench) throw new Error(`expected a bench (${Object.keys(BENCHES).join(', ')}), got ${name}`);
  return bench(args);
}

async function runAll(): Promise<number> {
  let code = 0;
  for (const bench of Object.values(BENCHES)) code = Math.max(code, await bench([]));
  return code;
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(`bench: ${(error as Error).message}`);
  process.exitCode = 1;
}
