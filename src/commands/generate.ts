import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { z } from 'zod';
import { documentSchema } from '../content/document.ts';
import { Failure } from '../failure.ts';
import { schema } from '../schema.ts';

/** The contracts of `schema/`, by file name. */
function contracts(): Record<string, string> {
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
export async function runGenerate({ check }: { check: boolean }): Promise<number> {
  const stale: string[] = [];
  for (const [name, text] of Object.entries(contracts())) {
    const path = fileURLToPath(new URL(`../../schema/${name}`, import.meta.url));
    const written = await readFile(path, 'utf8').catch(() => null);
    if (written === text) continue;
    stale.push(`schema/${name}`);
    if (!check) await writeFile(path, text);
  }
  if (check && stale.length > 0) throw new Failure(`${stale.join(' and ')} is out of date: run npm run generate`);
  if (!check) console.log(stale.length > 0 ? `wrote ${stale.join(' and ')}` : 'schema/ is up to date');
  return 0;
}
