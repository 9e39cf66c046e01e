import { LRUCache } from 'lru-cache';
import type { SearchMode } from '../../articles/search/search.ts';
import type { QueryClass } from '../../db/query-class.ts';
import { compile, type Statement } from '../../db/statement.ts';
import { uuids } from '../../db/window.ts';
import { isCertainSearch, type SearchArguments } from '../../graph/article/search.ts';
import { toObject } from '../../lib/json.ts';
import { ascii, type Utf8 } from '../../lib/utf8.ts';
import type { GraphContext } from '../../loaders/context.ts';
import type { ArgumentsOf } from '../limits/cost-total.ts';
import type { Selection, SelectionTree } from '../selection.ts';
import { articleJson } from './article.ts';
import { Compilation, sourceOf } from './compilation.ts';
import { FOUND } from './connection.ts';
import { type FieldInput, readInput } from './inputs.ts';
import { UnsupportedSelection } from './json.ts';
import { type Mark, type MarkContext, splice } from './marks.ts';
import { memoryField } from './memory.ts';
import { isMemoryRoot, ROOT_IDS, rootIds, rootJson } from './roots.ts';

/** A root field's statement, and what is to be put into what it gives. */
interface CompiledRoot {
  readonly statement: Statement;
  readonly marks: readonly Mark[];
  readonly queryClass: QueryClass;
}

/** Connections keep their statements prepared, so there is a bound: the oldest makes room. */
const known = new LRUCache<string, CompiledRoot>({ max: 700 });

/** The `data` of an operation as JSON; null where it cannot be compiled. Throws what reading throws. */
export type CompiledOperation = (
  tree: SelectionTree,
  context: GraphContext,
  argumentsOf: ArgumentsOf,
) => Promise<Utf8 | null>;

let operations = 0;

/**
 * Compiles an operation's selections to SQL, one statement for each root field, in which PostgreSQL
 * makes the JSON of the answer. The text follows from the selections and the shape of their
 * arguments; values are parameters. Providers, topics and counts, which are in memory, are put in.
 */
export function operationCompiler(): CompiledOperation {
  // Marks look up arguments by the nodes of their own document, so equal documents share nothing.
  const name = ++operations;
  return async ({ name: tree, roots }, context, argumentsOf) => {
    try {
      const answers = roots.map((root) => answerRoot(`${name}.${tree}.${root.key}`, root, context, argumentsOf));
      const values = await Promise.all(answers);
      return toObject(
        roots.map(({ key }) => key),
        values,
      );
    } catch (error) {
      if (error instanceof UnsupportedSelection) return null;
      throw error;
    }
  };
}

async function answerRoot(
  name: string,
  root: Selection,
  context: GraphContext,
  argumentsOf: ArgumentsOf,
): Promise<Utf8> {
  const marks: MarkContext = { catalog: context.catalog, argumentsOf };
  if (isMemoryRoot(root)) return memoryField(root, undefined, marks);
  if (sourceOf(root)?.kind !== 'search') return readRoot(name, root, context, marks, 'words');
  const [node] = root.nodes;
  const args = (node && argumentsOf(node)) as unknown as SearchArguments;
  const found = await readRoot(name, root, context, marks, 'words');
  // What is not found by words may be by spelling.
  const isRight = isCertainSearch(args) || found.startsWith(FOUND);
  return ascii((isRight ? found : await readRoot(name, root, context, marks, 'spelling')).slice(1));
}

async function readRoot(
  name: string,
  root: Selection,
  { reading, perspective }: GraphContext,
  marks: MarkContext,
  searchMode: SearchMode,
): Promise<Utf8> {
  const inputs = inputsOf(root, marks, searchMode);
  const values: Record<string, unknown> = {};
  for (const input of inputs.values()) Object.assign(values, input.values);
  if (!sourceOf(root)) {
    const ids = rootIds(root, marks);
    if (ids === null) return ascii('null');
    values[ROOT_IDS] = uuids(ids);
  }
  const key = [perspective, name, ...[...inputs.values()].map((input) => input.key)].join('|');
  const compiled = known.get(key) ?? compileRoot(key, root, inputs, reading, marks);
  const [json] = await reading.compiled(compiled.statement, values, compiled.queryClass);
  return splice(json ?? ascii('null'), compiled.marks, marks);
}

function compileRoot(
  key: string,
  root: Selection,
  inputs: ReadonlyMap<Selection, FieldInput>,
  reading: GraphContext['reading'],
  { catalog }: MarkContext,
): CompiledRoot {
  const compilation = new Compilation({ tables: reading.tables, catalog }, inputs, articleJson);
  const json = rootJson(compilation, root);
  const statement = compile(reading.versioned(json));
  const compiled = { statement, marks: compilation.marks, queryClass: compilation.queryClass };
  known.set(key, compiled);
  return compiled;
}

/** What the arguments of each field below a root mean. */
function inputsOf(root: Selection, { catalog, argumentsOf }: MarkContext, searchMode: SearchMode) {
  const inputs = new Map<Selection, FieldInput>();
  const visit = (selection: Selection) => {
    const source = sourceOf(selection);
    const [node] = selection.nodes;
    if (source && node) {
      const args = argumentsOf(node) ?? {};
      const input = readInput(source, selection, args, inputs.size, { catalog, searchMode });
      if (input) inputs.set(selection, input);
    }
    for (const { fields } of selection.branches) for (const field of fields) visit(field);
  };
  visit(root);
  return inputs;
}
