import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type DocumentNode, type ExecutionResult, execute, parse, print, validate } from 'graphql';
import { schema } from '../../src/graph/schema.ts';
import { Deadline } from '../../src/operation/deadline.ts';
import { compile, Plans } from '../../src/operation/plans.ts';
import { Reads } from '../../src/operation/snapshots.ts';
import { engines, serve, type TestDatabase } from '../harness/engines.ts';
import { Random } from '../harness/faults/faults.ts';
import { fillNewsroom, parameters, storiesOf } from '../harness/newsroom.ts';
import { OperationWriter } from '../harness/operation-writer.ts';

describe.each(engines)('compiled plans on %s', (_name, open) => {
  let database: TestDatabase;
  let reads: Reads;
  let ids: readonly string[];
  /** Which statements fail: those whose length leaves this remainder. */
  let broken = -1;

  beforeAll(async () => {
    database = await open();
    await fillNewsroom(database);
    await database.listen();
    reads = new Reads({
      ...database,
      query: (statement, ...rest) =>
        statement.length % 4 === broken ? Promise.reject(new Error('broken')) : database.query(statement, ...rest),
    });
    // The catalog is read before statements fail.
    await reads.version('PREVIEW');
    const [one, two] = await storiesOf(serve(database));
    const { topics } = await serve(database).data('{ topics(first: 1) { nodes { id } } }');
    ids = [one?.id, two?.provider.id, two?.id, topics.nodes[0].id, 'bm90aGluZw'].map(String);
  });

  afterAll(() => database.close());

  test('answer as graphql-js does, key for key and error for error, the first time and ever after', async () => {
    const seen = { compiled: 0, not: 0, failing: 0 };
    const property = fc.asyncProperty(fc.nat(), fc.constantFrom(-1, -1, 0, 1, 2, 3), async (seed, remainder) => {
      const writer = new OperationWriter(new Random(seed), ids);
      const document = parse(writer.operation());
      fc.pre(validate(schema, document).length === 0);
      const plan = new Plans(schema, Number.POSITIVE_INFINITY).of(document);
      if (!plan) throw new Error('expected a plan of the operation, got none');
      // What has bad arguments is never executed.
      fc.pre(plan.check(writer.variables).errors.length === 0);
      broken = remainder;
      const expected = await byGraphqlJs(document, writer.variables);
      for (let times = 1; times <= 3; times++) {
        const { result } = await reads.execute(
          'PREVIEW',
          (context) => plan.execute(context, writer.variables),
          new Deadline(60_000),
        );
        const asked = { document: print(document), variables: writer.variables };
        expect({ ...asked, answer: settled(result) }).toEqual({ ...asked, answer: settled(expected) });
      }
      seen[compile(schema, document, plan.operation) ? 'compiled' : 'not'] += 1;
      if (expected.errors) seen.failing += 1;
    });
    await fc.assert(property, { ...parameters(300), endOnFailure: true });
    expect(seen.compiled).toBeGreaterThan(seen.not / 3);
    expect(seen.failing).toBeGreaterThan(0);
  });

  async function byGraphqlJs(
    document: DocumentNode,
    variableValues: Record<string, unknown>,
  ): Promise<ExecutionResult> {
    const { result } = await reads.execute(
      'PREVIEW',
      (contextValue) => execute({ schema, document, contextValue, variableValues }),
      new Deadline(60_000),
    );
    return result;
  }
});

/**
 * What of a result does not hang on what came first: its data as JSON, whether there are errors, and each that voids nothing
 * but its own field. Where one voids more, the specification leaves open which others below are told.
 */
function settled({ data, errors }: ExecutionResult) {
  const own = errors?.filter(({ path = [] }) => isThere(data, path)).map((error) => JSON.stringify(error));
  return { data: JSON.stringify(data), fails: errors !== undefined, errors: own?.toSorted() };
}

function isThere(data: unknown, path: readonly (string | number)[]): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return data === null;
  return typeof data === 'object' && data !== null && isThere(data[key as keyof typeof data], rest);
}
