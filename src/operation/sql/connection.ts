import { type SQL, sql } from 'drizzle-orm';
import { toSnakeCase } from 'drizzle-orm/casing';
import { conditionOf, FOUND_KEYS, writeBehind, writeRows } from '../../articles/lists.ts';
import { NOTHING, OWN_KEYS, type SourceSql } from '../../articles/sources.ts';
import { FACETS, type Facet, type KnownOwner, knownTally, writeTally } from '../../articles/tally.ts';
import { millisecondsOf } from '../../db/milliseconds.ts';
import type { KeyColumns } from '../../db/window.ts';
import { toHtml } from '../../graph/article/search.ts';
import { encodeCursor, type Order, type Position } from '../../lib/keyset.ts';
import { ascii, toText, toUtf8, type Utf8 } from '../../lib/utf8.ts';
import type { Selection } from '../selection.ts';
import { type Compilation, columnsOf, fieldsOf, typeNameJson } from './compilation.ts';
import type { ListInput } from './inputs.ts';
import { arrayJson, type Member, objectJson } from './json.ts';
import type { MarkContext } from './marks.ts';
import { checkInMemory, memoryJson } from './memory.ts';
import { numberJson } from './numbers.ts';

/** SQL of a connection of articles; `owner` is SQL of the uuid of whose it is, where it has an owner. */
export function connectionJson(compilation: Compilation, selection: Selection, owner?: SQL): SQL {
  const input = compilation.inputOf<ListInput>(selection);
  const ownerId = input.owner ? sql`${sql.placeholder(input.owner)}::uuid` : owner;
  return new ConnectionCompiler(compilation, input, ownerId !== undefined).json(fieldsOf(selection), ownerId);
}

/** Begins the JSON of a search that has found something. */
export const FOUND = '1';

/** The column of a page that holds all of its items, and the page info. */
interface PageColumn {
  readonly name: string;
  readonly value: SQL;
}

class ConnectionCompiler {
  readonly #compilation: Compilation;
  readonly #input: ListInput;
  readonly #source: SourceSql;
  readonly #columns: PageColumn[] = [];
  readonly #rowColumns = new Set<string>(['id']);
  readonly #hasOwner: boolean;
  #hasExtras = false;

  constructor(compilation: Compilation, input: ListInput, hasOwner: boolean) {
    this.#compilation = compilation;
    this.#input = input;
    this.#source = input.source(compilation.scope.tables).write();
    this.#hasOwner = hasOwner;
  }

  json(fields: readonly Selection[], ownerId: SQL | undefined): SQL {
    const members = fields.map((field): Member => ({ key: field.key, value: this.#field(field) }));
    const object = this.#source.score ? sql`${this.#found()} || ${objectJson(members)}` : objectJson(members);
    const owner = ownerId && sql`(select ${ownerId} as id) owner`;
    const page = this.#columns.length > 0 ? sql`(${this.#page()}) p` : undefined;
    if (owner && page) return sql`(select ${object} from ${owner} cross join lateral ${page})`;
    return owner || page ? sql`(select ${object} from ${owner ?? page})` : object;
  }

  /** One character before the JSON of a search, which says whether it has found anything. */
  #found(): SQL {
    return sql`case when ${this.#column(sql`count(*)`)} > 0 then '${sql.raw(FOUND)}' else '0' end`;
  }

  #field(field: Selection): SQL {
    switch (field.name) {
      case 'nodes':
        return arrayJson(this.#aggregate(this.#compilation.articleJson(this.#article(field))));
      case 'edges':
        return arrayJson(this.#aggregate(this.#edge(field)));
      case 'pageInfo':
        return objectJson(fieldsOf(field).map((inner) => ({ key: inner.key, value: this.#pageInfo(inner) })));
      case 'totalCount':
        return this.#totalCount();
      case 'facets':
        return this.#facets(field);
      default:
        return typeNameJson(field);
    }
  }

  #article(field: Selection): readonly Selection[] {
    const fields = fieldsOf(field);
    for (const column of columnsOf(fields)) this.#rowColumns.add(column);
    return fields;
  }

  #edge(field: Selection): SQL {
    return objectJson(fieldsOf(field).map((inner) => ({ key: inner.key, value: this.#edgeField(inner) })));
  }

  #edgeField(field: Selection): SQL {
    switch (field.name) {
      case 'node':
        return this.#compilation.articleJson(this.#article(field));
      case 'cursor':
        return this.#cursor(this.#keys());
      case 'position':
        this.#hasExtras = true;
        return sql.raw('a.position::text');
      case 'score':
        return this.#compilation.mark(sql.raw('a.score::text'), numberJson);
      case 'snippet':
        this.#hasExtras = true;
        return this.#compilation.mark(sql.raw('a.snippet'), (text) => toUtf8(JSON.stringify(toHtml(toText(text)))));
      default:
        return typeNameJson(field);
    }
  }

  /** In the order of the list, which is the reverse of that in which a last page is read. */
  #aggregate(item: SQL): SQL {
    const direction = this.#input.window.backward ? 'desc' : 'asc';
    return this.#column(
      sql`string_agg(${item}, ',' order by a.n ${sql.raw(direction)}) filter (where ${this.#isOnPage})`,
    );
  }

  get #isOnPage(): SQL {
    return sql.raw(`a.n <= ${this.#input.window.limit}`);
  }

  #column(value: SQL): SQL {
    const name = `c${this.#columns.length}`;
    this.#columns.push({ name, value });
    return sql.raw(`p.${name}`);
  }

  #pageInfo(field: Selection): SQL {
    const { backward, limit } = this.#input.window;
    switch (field.name) {
      case 'hasNextPage':
        return this.#isFurther(!backward, 'before');
      case 'hasPreviousPage':
        return this.#isFurther(backward, 'after');
      case 'startCursor':
        return this.#endCursor(backward ? `least(a.read, ${limit})` : '1');
      case 'endCursor':
        return this.#endCursor(backward ? '1' : `least(a.read, ${limit})`);
      default:
        return typeNameJson(field);
    }
  }

  /** Whether the page read one row too many, in that direction, or the list goes on behind a cursor. */
  #isFurther(isReadFurther: boolean, side: 'after' | 'before'): SQL {
    const { window, list } = this.#input;
    const conditions = [
      ...(isReadFurther ? [sql`${this.#column(sql`count(*)`)} > ${sql.raw(String(window.limit))}`] : []),
      ...(window[side]
        ? [
            sql`exists (${writeBehind(this.#compilation.scope, this.#source, list, { ...window, backward: side === 'before' })})`,
          ]
        : []),
    ];
    return conditions.length === 0 ? sql.raw(`'false'`) : sql`(${sql.join(conditions, sql` or `)})::text`;
  }

  #endCursor(n: string): SQL {
    const isThere = this.#input.window.limit > 0;
    if (!isThere) return sql.raw(`'null'`);
    const keys = this.#column(sql`min(${this.#keys()}) filter (where a.n = ${sql.raw(n)})`);
    return sql`coalesce(${this.#cursor(keys)}, 'null')`;
  }

  /** The keys of an article's place, as a JSON array. */
  #keys(): SQL {
    const { keys } = this.#input.list.order;
    const values = keys.map(({ name, type }) => {
      if (name === 'position') this.#hasExtras = true;
      else if (name !== 'score') this.#rowColumns.add(toSnakeCase(name));
      return type === 'instant' ? millisecondsOf(PAGE_KEYS[name] as SQL) : sql`${PAGE_KEYS[name]}`;
    });
    return sql`json_build_array(${sql.join(values, sql`, `)})::text`;
  }

  #cursor(keys: SQL): SQL {
    const { order } = this.#input.list;
    return this.#compilation.mark(keys, (content) => cursorJson(order, content));
  }

  #totalCount(): SQL {
    const { counted, list } = this.#input;
    if (counted) return this.#known(counted, ({ total }) => ascii(String(total)), []);
    this.#compilation.scans();
    const condition = conditionOf(this.#compilation.scope, this.#source, list);
    return sql`(select count(*)::text from ${this.#source.from} where ${condition})`;
  }

  #facets(field: Selection): SQL {
    const fields = fieldsOf(field);
    checkInMemory(fields);
    const facets = FACETS.filter((facet) => fields.some(({ name }) => name === facet));
    const { counted, list } = this.#input;
    if (counted && isCounted(counted, facets)) {
      return this.#known(counted, (tally, context) => memoryJson(fields, tally, context), facets);
    }
    this.#compilation.scans();
    const { scope } = this.#compilation;
    const tally = sql`(select row_to_json(t)::text from (${writeTally(scope, this.#input.source(scope.tables), list, facets)}) t)`;
    return this.#compilation.mark(tally, (content, context) =>
      memoryJson(fields, JSON.parse(toText(content)), context),
    );
  }

  /** Of what sync has counted. */
  #known(
    owner: KnownOwner['owner'],
    json: (tally: NonNullable<ReturnType<typeof knownTally>>, context: MarkContext) => Utf8,
    facets: readonly Facet[],
  ): SQL {
    return this.#compilation.mark(this.#hasOwner ? sql.raw('owner.id::text') : sql.raw(`''`), (id, context) => {
      const of = owner === 'all' ? ({ owner } as const) : { owner, id };
      const tally = knownTally(context.catalog, of, facets);
      if (!tally) throw new Error(`expected the counts of ${owner} ${id} in the catalog`);
      return json(tally, context);
    });
  }

  #page(): SQL {
    const { list, window } = this.#input;
    const { scope } = this.#compilation;
    const columns = [...this.#rowColumns].map((column) => `a.${column}`).join(', ');
    const score = this.#source.score ? sql`, ${FOUND_KEYS['score']}` : NOTHING;
    const extras = this.#hasExtras ? this.#source.extras : NOTHING;
    const rows = writeRows(scope, this.#source, { list, window }, sql`${sql.raw(columns)}${score}${extras}`);
    const aggregates = this.#columns.map(({ name, value }) => sql`${value} as ${sql.raw(name)}`);
    return sql`select ${sql.join(aggregates, sql`, `)}
      from (select a.*, row_number() over () as n, count(*) over () as read from (${rows}) a) a`;
  }
}

const PAGE_KEYS: KeyColumns = { ...OWN_KEYS, position: sql.raw('a.position'), score: sql.raw('a.score') };

function cursorJson(order: Order, keys: Utf8): Utf8 {
  return ascii(JSON.stringify(encodeCursor(order, JSON.parse(keys) as Position)));
}

/** Whether sync counts all of these facets of such an owner's articles. */
function isCounted(owner: KnownOwner['owner'], facets: readonly Facet[]): boolean {
  const counted: readonly Facet[] = {
    all: FACETS,
    provider: ['topics', 'providers'] as const,
    topic: ['providers'] as const,
  }[owner];
  return facets.every((facet) => counted.includes(facet));
}
