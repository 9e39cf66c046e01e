import { type SQL, sql } from 'drizzle-orm';
import { STRONGEST_FIRST } from '../../articles/stories.ts';
import type { Selection } from '../selection.ts';
import { articleJson, imageJson, inMemoryJson, isInMemory } from './article.ts';
import { type Compilation, sourceOf } from './compilation.ts';
import { connectionJson } from './connection.ts';
import type { IdInput } from './inputs.ts';
import { arrayJson, type Member, objectJson, UnsupportedSelection } from './json.ts';
import type { Mark, MarkContext } from './marks.ts';
import { memoryField, resolveInMemory } from './memory.ts';

/** The placeholder of the ids of what a root field gives, which is in memory. */
export const ROOT_IDS = 'rootIds';

/** A root field whose answer is in memory as a whole. */
export function isMemoryRoot(root: Selection): boolean {
  const [branch, ...others] = root.branches;
  if (!root.field) return root.name === '__typename';
  if (sourceOf(root) || !branch || others.length > 0) return false;
  return isInMemory(branch.fields);
}

/** SQL of the JSON of a root field. Throws `UnsupportedSelection`. */
export function rootJson(compilation: Compilation, root: Selection): SQL {
  const source = sourceOf(root);
  switch (source?.kind) {
    case 'articles':
    case 'search':
      return connectionJson(compilation, root);
    case 'article':
      return oneArticle(compilation, root, compilation.inputOf<IdInput>(root));
    case 'node':
      return nodeJson(compilation, root, compilation.inputOf<IdInput>(root));
    default:
      return memoryRoot(compilation, root);
  }
}

function oneArticle(compilation: Compilation, root: Selection, { name, by }: IdInput): SQL {
  const { articles, articleAddresses } = compilation.scope.tables;
  const json = articleJson(compilation, fieldsOn(root, 'Article'));
  const id = sql`${sql.placeholder(name)}::uuid`;
  const isIt =
    by === 'id'
      ? id
      : sql`(select a.id from ${articleAddresses} d join ${articles} a on a.id = d.article_id
          where d.address_id = ${id} order by ${STRONGEST_FIRST} limit 1)`;
  return sql`coalesce((select ${json} from ${articles} a where a.id = ${isIt}), 'null')`;
}

function nodeJson(compilation: Compilation, root: Selection, input: IdInput): SQL {
  const { images, providers, topics } = compilation.scope.tables;
  const id = sql`${sql.placeholder(input.name)}::uuid`;
  switch (input.type) {
    case 'Article':
      return oneArticle(compilation, root, input);
    case 'Image': {
      const json = imageJson(compilation, fieldsOn(root, 'Image'));
      return sql`coalesce((select ${json} from ${images} i where i.id = ${id}), 'null')`;
    }
    default: {
      const table = input.type === 'Provider' ? providers : topics;
      const json = inMemoryJson(compilation, nounOf(input.type), fieldsOn(root, input.type), sql.raw('owner.id'));
      return sql`coalesce((select ${json} from ${table} owner where owner.id = ${id}), 'null')`;
    }
  }
}

function fieldsOn({ name, branches }: Selection, type: string): readonly Selection[] {
  const branch = branches.find((one) => one.type.name === type);
  if (!branch) throw new UnsupportedSelection(name);
  return branch.fields;
}

/** Providers and topics with lists of articles: one, or a page of them. */
function memoryRoot(compilation: Compilation, root: Selection): SQL {
  const [branch, ...others] = root.branches;
  if (!branch || others.length > 0) throw new UnsupportedSelection(root.name);
  if (root.shape !== 'connection') {
    const json = inMemoryJson(compilation, nounOf(branch.type.name), branch.fields, sql.raw('owner.id'));
    return sql`(select ${json} from ${owners()} where owner.n = 1)`;
  }
  return objectJson(
    branch.fields.map((field): Member => ({ key: field.key, value: listed(compilation, root, field) })),
  );
}

/** A field of a connection over what is in memory: of its rows, what is stored is read by their ids. */
function listed(compilation: Compilation, root: Selection, field: Selection): SQL {
  const [branch] = field.branches;
  if (field.name === 'nodes' && branch) {
    const item = inMemoryJson(compilation, nounOf(branch.type.name), branch.fields, sql.raw('owner.id'));
    return sql`(select ${arrayJson(sql`string_agg(${item}, ',' order by owner.n)`)} from ${owners()})`;
  }
  if (field.name === 'edges' && branch) {
    const item = objectJson(
      branch.fields.map((inner) => ({ key: inner.key, value: edgeField(compilation, root, inner) })),
    );
    return sql`(select ${arrayJson(sql`string_agg(${item}, ',' order by owner.n)`)} from ${owners()})`;
  }
  const json: Mark = (_, context) => memoryField(field, connectionOf(root, context), context);
  return compilation.mark(sql.raw(`''`), json);
}

function edgeField(compilation: Compilation, root: Selection, field: Selection): SQL {
  const [branch] = field.branches;
  if (field.name === 'node' && branch) {
    return inMemoryJson(compilation, nounOf(branch.type.name), branch.fields, sql.raw('owner.id'));
  }
  return compilation.mark(sql.raw('owner.n::text'), (n, context) => {
    const edges = connectionOf(root, context).edges() as readonly object[];
    return memoryField(field, edges[Number(n) - 1], context);
  });
}

function owners(): SQL {
  return sql`unnest(${sql.placeholder(ROOT_IDS)}::uuid[]) with ordinality owner (id, n)`;
}

function nounOf(type: string): 'provider' | 'topic' {
  if (type === 'Provider') return 'provider';
  if (type === 'Topic') return 'topic';
  throw new UnsupportedSelection(type);
}

interface MemoryConnection {
  nodes(): unknown;
  edges(): unknown;
}

function connectionOf(root: Selection, context: MarkContext): MemoryConnection {
  return resolveInMemory(root, undefined, context) as MemoryConnection;
}

/** The ids of the rows that a root field gives, which are in memory; null where there is none. */
export function rootIds(root: Selection, context: MarkContext): readonly string[] | null {
  if (root.branches.length !== 1) throw new UnsupportedSelection(root.name);
  const value = resolveInMemory(root, undefined, context);
  if (value == null) return null;
  const rows = root.shape === 'connection' ? ((value as MemoryConnection).nodes() as readonly Row[]) : [value as Row];
  return rows.map(({ id }) => id);
}

interface Row {
  readonly id: string;
}
