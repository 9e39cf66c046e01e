import { type SQL, sql } from 'drizzle-orm';
import type { FilterScope } from '../articles/article.filter.ts';
import { type ArticleList, SCORED_KEYS, writeBehind, writeRows } from '../articles/article.lists.ts';
import { NOTHING, OWN_KEYS, type Source } from '../articles/article.sources.ts';
import type { GraphContext } from '../context.ts';
import type { Values } from '../db/statement.ts';
import { type KeyColumns, windowName, windowValues } from '../db/window.ts';
import { encodeCursor, type Order, type Position, type Window } from '../lib/keyset.ts';
import type { CostNode } from '../limits/cost-tree.ts';
import {
  fieldsOf,
  fixed,
  nameOf,
  objectOf,
  takesOnly,
  toObject,
  Unwritable,
  type Writing,
  type Written,
} from './writing.ts';
import { articleJson } from './written-article.ts';

/** A page as it is asked for. */
export interface AskedPage {
  readonly source: Source;
  readonly ownerId?: string;
  readonly list: ArticleList;
  readonly window: Window;
  /** How many articles the list holds, where that is known. */
  readonly total?: number | undefined;
}

interface Found {
  /** The articles of the page, a comma between them; null if there are none. */
  readonly json: string | null;
  /** How many were read: one more than the limit if the list goes on. */
  readonly read: number;
  /** The keys of the first and the last article of the page. */
  readonly first?: string | null;
  readonly last?: string | null;
  readonly isBehind: boolean | null;
}

const OF_WHOLE = ['first', 'after', 'orderBy'];
const PAGE_INFO = ['hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor'];

/** The connection of a list of articles, that is only read onward. */
export class WrittenList {
  readonly #name: string;
  readonly #fields: readonly CostNode[];
  readonly #article: Written;
  readonly #hasRows: boolean;
  readonly #hasCursors: boolean;
  readonly #looksBehind: boolean;

  /** `name` tells its statements from others. Throws `Unwritable`. */
  constructor(writing: Writing, connection: CostNode, name: string) {
    const fields = fieldsOf(connection);
    const [page, ...otherPages] = fields.filter(isPage);
    const ofPageInfo = fields
      .filter((field) => nameOf(field) === 'pageInfo')
      .flatMap(fieldsOf)
      .map(nameOf);
    // How many a list holds is known where it is whole.
    const hasTotal = fields.some((field) => nameOf(field) === 'totalCount');
    takesOnly(connection, hasTotal ? OF_WHOLE : [...OF_WHOLE, 'includeStubs', 'query']);
    const known = fields.filter((field) => isPage(field) || ['pageInfo', 'totalCount'].includes(nameOf(field)));
    if (otherPages.length > 0 || known.length < fields.length) throw new Unwritable();
    if (!ofPageInfo.every((name) => PAGE_INFO.includes(name))) throw new Unwritable();
    this.#name = name;
    this.#fields = fields;
    this.#article = page ? articleIn(writing, page) : fixed("''");
    this.#hasRows = page !== undefined || ofPageInfo.length > 0;
    this.#hasCursors = ofPageInfo.some((name) => name.endsWith('Cursor'));
    this.#looksBehind = ofPageInfo.includes('hasPreviousPage');
  }

  /** The JSON of a page, its marks not yet replaced, and whether it is empty; null where there is no room for its statement. */
  async write(context: GraphContext, asked: AskedPage, values: Values): Promise<WrittenPage | null> {
    const found = this.#hasRows ? await this.#read(context, asked, values) : EMPTY;
    return found && this.#toPage(found, asked);
  }

  #read({ reading, catalog }: GraphContext, asked: AskedPage, values: Values): Promise<Found | null> {
    const { source, ownerId, list, window } = asked;
    const { keys, descending } = list.order;
    const looksBehind = this.#looksBehind && window.after !== undefined;
    const names = [source.name, keys.map(({ name }) => name), descending, list.includeStubs, windowName(window)];
    const scope = { tables: reading.tables, catalog };
    const write = () => {
      const behind = looksBehind ? sql`(${writeBehind(scope, source, list, window)})` : sql.raw('null::boolean');
      const page = sql`select page.*, ${behind} as "isBehind" from (${this.#page(asked, scope)}) page`;
      const owner = sql`(select ${sql.placeholder('ownerId')}::uuid as id) owner`;
      return ownerId === undefined ? page : sql`select listed.* from ${owner} cross join lateral (${page}) listed`;
    };
    return reading.written<Found>(
      { name: [this.#name, ...names].join(':'), haste: source.haste, write },
      { ...values, ...source.values, ...windowValues(window), ownerId },
    );
  }

  /** The page is found first, so that no article is written that is not on it. */
  #page({ source, list, window }: AskedPage, scope: FilterScope): SQL {
    const score = source.score ? sql`, ${SCORED_KEYS['score']}` : NOTHING;
    const rows = sql`select a.*, row_number() over () as n, count(*) over () as read
      from (${writeRows(scope, source, { list, window }, sql`a.*${score}`)}) a`;
    const limit = sql`${sql.placeholder('limit')}::integer`;
    const keys = keysOf(list.order);
    const ends = this.#hasCursors
      ? sql`, min(${keys}) filter (where a.n = 1) as first,
          min(${keys}) filter (where a.n = least(a.read, ${limit} - 1)) as last`
      : NOTHING;
    // Of an order of its own, as other aggregates may change that of the rows.
    const article = sql`string_agg(${this.#article(scope)}, ',' order by a.n)`;
    return sql`select ${article} filter (where a.n < ${limit}) as json, count(*)::integer as read${ends} from (${rows}) a`;
  }

  #toPage({ json, read, first, last, isBehind }: Found, { list: { order }, window, total }: AskedPage): WrittenPage {
    const pageInfo: Readonly<Record<string, () => string>> = {
      hasNextPage: () => String(read > window.limit),
      hasPreviousPage: () => String(isBehind === true),
      startCursor: () => cursorJson(order, json === null ? null : first),
      endCursor: () => cursorJson(order, json === null ? null : last),
    };
    const jsonOf = (field: CostNode): string => {
      if (isPage(field)) return `[${json ?? ''}]`;
      if (nameOf(field) === 'totalCount') return String(total);
      const inner = fieldsOf(field);
      return toObject(
        inner,
        inner.map((one) => pageInfo[nameOf(one)]?.() ?? 'null'),
      );
    };
    return { json: toObject(this.#fields, this.#fields.map(jsonOf)), isEmpty: read === 0 };
  }
}

export interface WrittenPage {
  readonly json: string;
  readonly isEmpty: boolean;
}

const EMPTY: Found = { json: null, read: 0, isBehind: null };

function isPage(field: CostNode): boolean {
  return nameOf(field) === 'nodes' || nameOf(field) === 'edges';
}

function articleIn(writing: Writing, page: CostNode): Written {
  if (nameOf(page) === 'nodes') return articleJson(writing, fieldsOf(page), 'a');
  return objectOf(fieldsOf(page), (field) => {
    if (nameOf(field) === 'node') return articleJson(writing, fieldsOf(field), 'a');
    // How a number is written is left to JavaScript.
    if (nameOf(field) === 'score') return writing.mark(fixed('a.score'), (score) => JSON.stringify(Number(score)));
    throw new Unwritable();
  });
}

/** The keys of an article's place, as they stand in its cursor. */
function keysOf({ keys }: Order): SQL {
  const values = keys.map(({ name, type }) =>
    type === 'instant' ? sql`(extract(epoch from ${PAGE_KEYS[name]}) * 1000)::float8` : sql`${PAGE_KEYS[name]}`,
  );
  return sql`json_build_array(${sql.join(values, sql`, `)})::text`;
}

const PAGE_KEYS: KeyColumns = { ...OWN_KEYS, score: sql.raw('a.score') };

function cursorJson(order: Order, keys: string | null | undefined): string {
  return JSON.stringify(keys == null ? null : encodeCursor(order, JSON.parse(keys) as Position));
}
