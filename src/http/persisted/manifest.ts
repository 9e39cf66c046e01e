import { readFileSync } from 'node:fs';
import { type GraphQLSchema, parse, validate } from 'graphql';
import { z } from 'zod';
import { Failure } from '../../lib/failure.ts';

/** Documents by the name that clients call them: their hash, as their build tool makes it. */
export type Manifest = ReadonlyMap<string, string>;

/** What the client preset of GraphQL Code Generator and Relay write: `{ "<id>": "<text>" }`. */
const plain = z.record(z.string(), z.string());

const apollo = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string(), body: z.string() })),
});

/** Throws a `Failure` that names every document which this schema does not allow. */
export function readManifest(path: string, schema: GraphQLSchema): Manifest {
  const manifest = toManifest(readJson(path), path);
  const problems = [...manifest].flatMap(([id, text]) =>
    problemsIn(text, schema).map((problem) => `  ${id}: ${problem}`),
  );
  if (problems.length > 0)
    throw new Failure(`TRUSTED_DOCUMENTS: ${path} does not fit the schema:\n${problems.join('\n')}`);
  return manifest;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new Failure(`TRUSTED_DOCUMENTS: expected a JSON file at ${path} (${(error as Error).message})`);
  }
}

function toManifest(json: unknown, path: string): Manifest {
  const operations = apollo.safeParse(json).data?.operations;
  if (operations) return new Map(operations.map(({ id, body }) => [id, body]));
  const documents = plain.safeParse(json).data;
  if (documents) return new Map(Object.entries(documents));
  throw new Failure(
    `TRUSTED_DOCUMENTS: expected { "<id>": "<document>" } or a manifest of Apollo's in ${path}, got something else`,
  );
}

function problemsIn(text: string, schema: GraphQLSchema): string[] {
  try {
    return validate(schema, parse(text)).map(({ message }) => message);
  } catch (error) {
    return [(error as Error).message];
  }
}
