import { execFile } from 'node:child_process';
import { readFile, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import { buildASTSchema, parse, print } from 'graphql';
import { load } from 'js-yaml';
import type { Outcome } from './command-line.ts';
import { type TestFolder, testFolder } from './files.ts';

/** A client developer's project. */
export interface ClientProject {
  /** Its files, by path, as they were laid down. */
  readonly files: ReadonlyMap<string, string>;
  write(path: string, text: string): Promise<void>;
  read(path: string): Promise<string>;
  /** Runs one of its own scripts, or of the tools it has installed. */
  node(...args: string[]): Promise<Outcome>;
  dispose(): Promise<void>;
}

/** The files that a page of the docs shows: those blocks whose first line is a comment with a path. */
export function filesOf(page: string): Map<string, string> {
  const blocks = page.matchAll(/^```\w+\n((?:\/\/|#) (\S+)\n.*?)^```$/gms);
  return new Map([...blocks].map(([, text, path]) => [path as string, text as string]));
}

/** A project of these files and newsgraph's schema, with what newsgraph itself has installed. */
export async function clientProject(files: ReadonlyMap<string, string>): Promise<ClientProject> {
  const folder = await testFolder();
  const project = openProject(folder, files);
  await symlink(resolve('node_modules'), join(folder.path, 'node_modules'));
  await project.write('package.json', '{ "type": "module" }');
  await project.write('schema.graphql', await readFile('schema/schema.graphql', 'utf8'));
  for (const [path, text] of files) await project.write(path, text);
  return project;
}

function openProject(folder: TestFolder, files: ReadonlyMap<string, string>): ClientProject {
  return {
    files,
    write: (path, text) => folder.write(path, text),
    read: (path) => readFile(join(folder.path, path), 'utf8'),
    node: (...args) =>
      promisify(execFile)(process.execPath, args, { cwd: folder.path, timeout: 60_000 }).then(
        (output) => ({ code: 0, ...output }),
        ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
      ),
    dispose: folder.dispose,
  };
}

export function tsc(project: ClientProject, ...options: string[]): Promise<Outcome> {
  return project.node('node_modules/typescript/bin/tsc', ...options);
}

/** What of its configuration this uses. */
interface CodegenConfig {
  readonly schema: string;
  readonly generates: Record<string, { readonly preset: 'client'; readonly config: Record<string, unknown> }>;
}

/** The command `graphql-codegen`, which is hundreds of packages around these two: it reads, these generate. */
export async function graphqlCodegen(project: ClientProject): Promise<void> {
  const { schema: path, generates } = load(await project.read('codegen.yml')) as CodegenConfig;
  const schema = parse(await project.read(path));
  const documents = await readOperations(project);
  for (const [baseOutputDir, { config }] of Object.entries(generates)) {
    const outputs = await preset.buildGeneratesSection({
      baseOutputDir,
      config,
      schema,
      schemaAst: buildASTSchema(schema),
      documents,
      presetConfig: {},
      plugins: [],
      pluginMap: {},
    });
    for (const output of outputs) await project.write(output.filename, await codegen(output));
  }
}

function readOperations(project: ClientProject) {
  const paths = [...project.files.keys()].filter((path) => path.endsWith('.graphql'));
  return Promise.all(
    paths.map(async (location) => {
      const document = parse(await project.read(location));
      return { location, document, rawSDL: print(document) };
    }),
  );
}
