import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { isScalarType, isSpecifiedScalarType } from 'graphql';
import { pino } from 'pino';
import { type Listener, listen } from '../../src/commands/listen.ts';
import { parseConfig } from '../../src/config.ts';
import { schema } from '../../src/graph/schema.ts';
import { createServer } from '../../src/http/server.ts';
import { type ClientProject, clientProject, filesOf, graphqlCodegen, tsc } from '../harness/client-project.ts';
import type { Outcome } from '../harness/command-line.ts';
import { engines, type TestDatabase, withSeeds } from '../harness/engines.ts';

const page = readFileSync('docs/typed-clients.md', 'utf8');

// The types are the same on every engine.
describe.each(engines.slice(0, 1))('the clients of docs/typed-clients.md', (_name, open) => {
  let database: TestDatabase;
  let listener: Listener;
  let project: ClientProject;
  let compiled: Outcome;

  beforeAll(async () => {
    database = await withSeeds(await open());
    const server = createServer({
      database,
      logger: pino({ level: 'silent' }),
      anonymous: 'PREVIEW',
      previewTokens: [],
    });
    listener = await listen(server, parseConfig({ PORT: '0' }, 'dev'));
    project = await clientProject(filesOf(page.replaceAll('http://127.0.0.1:4000', listener.origin)));
    await graphqlCodegen(project);
    await project.node('graphql-env.js');
    compiled = await tsc(project);
  });

  afterAll(async () => {
    await listener.close();
    await Promise.all([project.dispose(), database.close()]);
  });

  /** Says one thing differently in one file. */
  async function mistake(path: string, from: string, to: string): Promise<void> {
    const text = project.files.get(path) ?? '';
    expect(text).toContain(from);
    await project.write(path, text.replace(from, to));
  }

  afterEach(async () => {
    for (const [path, text] of project.files) await project.write(path, text);
  });

  test('compile', () => expect(compiled).toEqual({ code: 0, stdout: '', stderr: '' }));

  test('map every scalar of the schema, in both tools', () => {
    const scalars = Object.values(schema.getTypeMap()).filter(
      (type) => isScalarType(type) && !isSpecifiedScalarType(type),
    );
    for (const { name } of scalars) {
      expect(page).toContain(`| \`${name}\` |`);
      expect(project.files.get('codegen.yml')).toMatch(new RegExp(`scalars: .*\\b${name}: string`));
      expect(project.files.get('src/graphql.ts')).toMatch(new RegExp(`scalars: .*\\b${name}: string`));
    }
  });

  test('read the latest stories over HTTP, with types of GraphQL Code Generator', async () => {
    const { stdout } = await project.node('dist/latest.js');
    expect(stdout).toMatch(
      /^2023-05-12 TweakTown Cryptominers are looking .* www\.tweaktown\.com\n2023-05-10 bnnbloomberg /,
    );
  });

  test('read a story and its coverage over HTTP, with types of gql.tada', async () => {
    const { stdout } = await project.node('dist/story.js');
    expect(stdout).toMatch(/^AI Needs Specialized Processors\. .* 4\n2023-05-11 TechSpot Cryptominers try to pivot /);
  });

  test('do not compile with a field that the operation does not ask for', async () => {
    await mistake('src/latest.ts', '{ title, webUrl', '{ headline: title, webUrl');
    await mistake('src/story.ts', 'article?.title', 'article?.headline');
    const { code, stdout } = await tsc(project, '--noEmit');
    expect(code).not.toBe(0);
    expect(stdout).toMatch(/src\/latest\.ts.*Property 'headline' does not exist on type/);
    expect(stdout).toMatch(/src\/story\.ts.*Property 'headline' does not exist on type/);
  });

  test('do not compile with a variable of the wrong type', async () => {
    await mistake('src/latest.ts', 'first: 2', "first: 'two'");
    await mistake('src/story.ts', '{ url }', '{ url: 7 }');
    const { stdout } = await tsc(project, '--noEmit');
    expect(stdout).toMatch(/src\/latest\.ts.*Type 'string' is not assignable to type 'number'/);
    expect(stdout).toMatch(/src\/story\.ts.*Type 'number' is not assignable to type 'string'/);
  });

  test('are not generated with a field that the schema does not have', async () => {
    await mistake('src/latest.graphql', 'title', 'headline');
    await expect(graphqlCodegen(project)).rejects.toThrow('Cannot query field "headline" on type "Article".');
  });

  test('do not compile with such a field where gql.tada infers the types', async () => {
    await mistake('src/story.ts', 'nodes { title', 'nodes { title: headline');
    expect((await tsc(project, '--noEmit')).stdout).toMatch(/src\/story\.ts.*'title' is of type 'unknown'/);
  });
});
