import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runProgram } from '../process.ts';

/** Where the peers' package.json lies; this file runs from bench/dist/http. */
const FOLDER = fileURLToPath(new URL('../../http/', import.meta.url));
const NEEDED = 22;

/** Installs the peers unless they are, as their lock file has them. */
export async function installPeers(): Promise<void> {
  const installed = `${FOLDER}node_modules/.package-lock.json`;
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(`${FOLDER}package-lock.json`).mtimeMs) return;
  console.error('installing PostGraphile, Mercurius and autocannon into bench/http/node_modules (once; some 500 MB)');
  await runProgram('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], FOLDER);
}

/** A file of bench/http that runs as it is, with the peers' packages. */
export function peerFile(path: string): string {
  return `${FOLDER}${path}`;
}

/** A Node.js that PostGraphile runs on: this one if it is new enough, else the installed one. */
export function newerNode(): string {
  if (Number(process.versions.node.split('.')[0]) >= NEEDED) return process.execPath;
  const platform = `${process.platform}-${process.arch}`;
  const found = [`node-${platform}`, `node-bin-${platform}`]
    .map((name) => `${FOLDER}node_modules/${name}/bin/node`)
    .find((path) => existsSync(path));
  if (found) return found;
  throw new Error(
    `PostGraphile needs Node.js ${NEEDED}: there is no package of it for ${platform}, so run the bench on it`,
  );
}
