import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

interface Locked {
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
  /** A folder of this repository. */
  readonly link?: boolean;
}

const { packages } = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };
const installed = Object.entries(packages).filter(([path, { link }]) => path.startsWith('node_modules/') && !link);
const serving = installed.filter(([, { dev, devOptional }]) => !dev && !devOptional);

const paths = (entries: readonly (readonly [string, Locked])[]) => entries.map(([path]) => path);
const isPinned = ([, { integrity = '' }]: readonly [string, Locked]) => /^sha512-[\w+/]{86}==$/.test(integrity);

describe('what is installed', () => {
  test('to serve is pinned by its hash', () => {
    expect(serving.length).toBeGreaterThan(50);
    expect(paths(serving.filter((entry) => !isPinned(entry)))).toEqual([]);
  });

  test('to develop is too, but for tools for other systems than the one that pinned it', () => {
    const others = installed.filter((entry) => !isPinned(entry));
    expect(paths(others.filter(([, { dev, optional }]) => !(dev && optional)))).toEqual([]);
  });

  test('to serve runs nothing when it is installed', () => {
    expect(paths(serving.filter(([, { hasInstallScript }]) => hasInstallScript))).toEqual([]);
  });
});
