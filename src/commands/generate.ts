import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { z } from 'zod';
import { documentSchema } from '../content/documents/document.ts';
import { schema } from '../graph/schema.ts';
import { Failure } from '../lib/failure.ts';
import { readPublishedSchema } from './published-schema.ts';
import { listChanges, schemaChanges } from './schema-changes.ts';

export interface GenerateOptions {
  /** Only say whether the contracts are what the code says. */
  readonly check: boolean;
  /** Go on even if clients break. */
  readonly breaking: boolean;
}

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The contracts of `schema/`, by file name. */
function contracts() {
  return {
    'schema.graphql': `${printSchema(lexicographicSortSchema(schema))}\n`,
    'front-matter.schema.json': `${JSON.stringify(frontMatterSchema(), null, 2)}\n`,
  };
}

/** Draft 7, as that is what editors' YAML support reads. */
function frontMatterSchema() {
  return {
    title: 'The front matter of a newsgraph document',
    ...z.toJSONSchema(documentSchema, { target: 'draft-7', io: 'input' }),
  };
}

/** Writes the contracts, or with `check` fails if they are not what the code says. */
export async function runGenerate({ check, breaking }: GenerateOptions): Promise<number> {
  const texts = contracts();
  const breaks = await printChanges(texts['schema.graphql']);
  if (breaks && !breaking) throw new Failure(refusal(check ? 'check' : 'generate'));
  const stale = await findStale(texts);
  const names = stale.map((name) => `schema/${name}`).join(' and ');
  if (check) {
    if (names) throw new Failure(`${names} is out of date: run npm run generate`);
    return 0;
  }
  for (const name of stale) await writeFile(pathOf(name), texts[name]);
  console.log(names ? `wrote ${names}` : 'schema/ is up to date');
  return 0;
}

type Contracts = ReturnType<typeof contracts>;

async function findStale(texts: Contracts): Promise<(keyof Contracts)[]> {
  const stale: (keyof Contracts)[] = [];
  for (const name of Object.keys(texts) as (keyof Contracts)[]) {
    const written = await readFile(pathOf(name), 'utf8').catch(() => null);
    if (written !== texts[name]) stale.push(name);
  }
  return stale;
}

function pathOf(name: keyof Contracts): string {
  return join(ROOT, 'schema', name);
}

/** Prints what clients will notice, and returns whether it breaks them. */
async function printChanges(sdl: string): Promise<boolean> {
  const published = await readPublishedSchema(ROOT);
  if (!published) return false;
  if (!published.committed) console.log('git shows no committed schema: comparing with schema/schema.graphql on disk');
  const { breaking, dangerous } = schemaChanges(published.sdl, sdl);
  if (dangerous.length > 0) console.log(`clients may be surprised:\n${listChanges(dangerous)}`);
  if (breaking.length > 0) console.log(`clients would break:\n${listChanges(breaking)}`);
  return breaking.length > 0;
}

function refusal(script: string): string {
  return `the schema breaks its clients: deprecate what they use, or say npm run ${script} -- --breaking`;
}
