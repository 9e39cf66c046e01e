import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { build, type Outcome } from '../harness/command-line.ts';
import { type TestFolder, testFolder } from '../harness/files.ts';

/** What an older schema had, and the code has no more: clients that use it break. */
const WITH_MORE = (sdl: string) => sdl.replace('type Query {', 'type Query {\n  """It has gone."""\n  gone: String\n');
/** What an older schema lacked: clients that switch over it may be surprised. */
const WITH_LESS = (sdl: string) => sdl.replace('  """A podcast."""\n  PODCAST\n', '');

const BREAK = 'clients would break:\n  FIELD_REMOVED: Query.gone was removed.';
const SURPRISE = 'clients may be surprised:\n  VALUE_ADDED_TO_ENUM: PODCAST was added to enum type ArticleType.';

/** A copy of the compiled program, with contracts and a repository of its own. */
let copy: TestFolder;
let generated: string;

beforeAll(async () => {
  await build();
  copy = await testFolder();
  await cp('dist', join(copy.path, 'dist'), { recursive: true });
  await copy.write('package.json', '{ "type": "module" }');
  await symlink(resolve('node_modules'), join(copy.path, 'node_modules'));
  await mkdir(join(copy.path, 'schema'));
  await generate();
  generated = await written();
});

beforeEach(() => rm(join(copy.path, '.git'), { recursive: true, force: true }));

afterAll(() => copy.dispose());

const schemaFile = () => join(copy.path, 'schema/schema.graphql');
const written = () => readFile(schemaFile(), 'utf8');
const write = (sdl: string) => writeFile(schemaFile(), sdl);

function generate(...options: string[]): Promise<Outcome> {
  return inCopy(process.execPath, ['dist/main.js', 'generate', ...options]);
}

function inCopy(program: string, args: string[]): Promise<Outcome> {
  return new Promise((done) => {
    // Nothing of the surrounding repository: a git hook that runs the tests names its own in the environment.
    const env = { PATH: process.env['PATH'] };
    execFile(program, args, { cwd: copy.path, env }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

async function commit(sdl: string): Promise<void> {
  await write(sdl);
  const git = (...args: string[]) =>
    promisify(execFile)('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: copy.path });
  await git('init', '--quiet');
  await git('add', 'schema');
  await git('commit', '--quiet', '--no-gpg-sign', '--message', 'a schema');
}

describe('npm run generate', () => {
  test('names what breaks clients of the committed schema, and writes nothing', async () => {
    await commit(WITH_MORE(generated));
    const { code, stdout, stderr } = await generate();
    expect({ code, stdout }).toEqual({ code: 1, stdout: `${BREAK}\n` });
    expect(stderr).toContain('npm run generate -- --breaking');
    expect(await written()).toContain('gone: String');
  });

  test('writes with --breaking, and still names what breaks', async () => {
    await commit(WITH_MORE(generated));
    const { code, stdout } = await generate('--breaking');
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${BREAK}\nwrote schema/schema.graphql\n` });
    expect(await written()).toBe(generated);
  });

  test('warns of what is only dangerous, and writes', async () => {
    await commit(WITH_LESS(generated));
    const { code, stdout } = await generate();
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${SURPRISE}\nwrote schema/schema.graphql\n` });
  });

  test('compares with what is committed, not with what was tried since', async () => {
    await commit(generated);
    await write(WITH_MORE(generated));
    expect(await generate()).toMatchObject({ code: 0, stdout: 'wrote schema/schema.graphql\n' });
  });

  test('compares with the file on disk where git has none, and says so', async () => {
    await write(WITH_MORE(generated));
    const { code, stdout } = await generate();
    expect(code).toBe(1);
    expect(stdout).toBe(`git shows no committed schema: comparing with schema/schema.graphql on disk\n${BREAK}\n`);
  });
});

describe('npm run check', () => {
  test('names what breaks although it has been written', async () => {
    await commit(WITH_MORE(generated));
    await write(generated);
    const { code, stdout, stderr } = await generate('--check');
    expect({ code, stdout }).toEqual({ code: 1, stdout: `${BREAK}\n` });
    expect(stderr).toContain('npm run check -- --breaking');
    expect(await generate('--check', '--breaking')).toMatchObject({ code: 0 });
  });

  test('is content with what is committed and as the code says', async () => {
    await commit(generated);
    expect(await generate('--check')).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('says what is out of date', async () => {
    await commit(WITH_LESS(generated));
    const { code, stderr } = await generate('--check');
    expect(code).toBe(1);
    expect(stderr).toContain('schema/schema.graphql is out of date: run npm run generate');
  });
});
