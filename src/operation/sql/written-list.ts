import { type SQL, sql } from 'drizzle-orm';
import { toSnakeCase } from 'drizzle-orm/casing';
import type { FilterScope } from '../../articles/filter.ts';
import { type ArticleList, FOUND_KEYS, writeBehind, writeRows } from '../../articles/lists.ts';
import { NOTHING, type Source, type SourceSql } from '../../articles/sources.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { RawRow } from '../../db/database.ts';
import type { Values } from '../../db/statement.ts';
import { windowName, windowValues } from '../../db/window.ts';
import { toObject } from '../../lib/json.ts';
import type { Order, Window } from '../../lib/keyset.ts';
import { ascii, concat, type Utf8 } from '../../lib/utf8.ts';
import type { GraphContext } from '../../loaders/context.ts';
import type { CostNode } from '../limits/cost-tree.ts';
import { type Mark, splice } from './splice.ts';
import { fieldsOf, fixed, keyOf, nameOf, takesOnly, Unwritable, type Writing } from './writing.ts';
import { columnsOf } from './written-article.ts';
import { cursorJson, keysOf } from './written-cursor.ts';
import { type Items, levelledItems, plainItems } from './written-items.ts';
import { articleFields, isPage, itemJson, type Tell } from './written-page.ts';
import { asksForRelated, plainTelling } from './written-related.ts';

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
  readonly json: Utf8 | null;
  /** How many were read: one more than the limit if the list goes on. */
  readonly read: number;
  /** The keys of the first and the last article of the page. */
  readonly first?: Utf8 | null;
  readonly last?: Utf8 | null;
  readonly isBehind: boolean;
}

const LIMIT = sql`${sql.placeholder('limit')}::integer`;
const OF_WHOLE = ['first', 'after', 'orderBy'];
const PAGE_INFO = ['hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor'];

/** The connection of a list of articles, that is only read onward. */
export class WrittenList {
  readonly #name: string;
  readonly #marks: readonly Mark[];
  readonly #keys: readonly string[];
  readonly #fields: readonly CostNode[];
  readonly #items: Items;
  readonly #columns: readonly string[];
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
    this.#marks = writing.marks;
    this.#keys = fields.map(keyOf);
    this.#fields = fields;
    this.#items = page ? itemsOf(writing, page) : plainItems(writing, plainTelling(writing), () => fixed("''"));
    this.#columns = page ? columnsOf(articleFields(page)) : [];
    this.#hasRows = page !== undefined || ofPageInfo.length > 0;
    this.#hasCursors = ofPageInfo.some((name) => name.endsWith('Cursor'));
    this.#looksBehind = ofPageInfo.includes('hasPreviousPage');
  }

  /** The JSON of a page, and whether it is empty; null where there is no room for its statement. */
  async write(context: GraphContext, asked: AskedPage, values: Values): Promise<WrittenPage | null> {
    const found = this.#hasRows ? await this.#read(context, asked, values) : EMPTY;
    return found && this.#toPage(found, asked, context.catalog);
  }

  #read({ reading, catalog }: GraphContext, asked: AskedPage, values: Values): Promise<Found | null> {
    const { source, ownerId, list, window } = asked;
    const { keys, descending } = list.order;
    const looksBehind = this.#looksBehind && window.after !== undefined;
    const names = [source.name, keys.map(({ name }) => name), descending, list.includeStubs, windowName(window)];
    const scope = { tables: reading.tables, catalog };
    const write = () => {
      const from = source.write();
      const behind = looksBehind ? sql`(${writeBehind(scope, from, list, window)})` : sql.raw('null::boolean');
      const page = sql`select page.*, ${behind} as "isBehind" from (${this.#page(asked, from, scope)}) page`;
      const owner = sql`(select ${sql.placeholder('ownerId')}::uuid as id) owner`;
      return ownerId === undefined ? page : sql`select listed.* from ${owner} cross join lateral (${page}) listed`;
    };
    const select = { name: [this.#name, ...names].join(':'), queryClass: source.queryClass, write };
    const all = { ...values, ...source.values, ...windowValues(window), limit: window.limit + 1, ownerId };
    return reading.written(select, all).then(toFound);
  }

  /** The page is found first, so that no article is written that is not on it. */
  #page({ list, window }: AskedPage, source: SourceSql, scope: FilterScope): SQL {
    const score = source.score ? sql`, ${FOUND_KEYS['score']}` : NOTHING;
    const columns = sql`${this.#columnsIn(list.order)}${score}`;
    const rows = sql`select a.*, row_number() over () as n, count(*) over () as read
      from (${writeRows(scope, source, { list, window }, columns)}) a`;
    const keys = keysOf(list.order);
    const ends = this.#hasCursors
      ? sql`, min(${keys}) filter (where a.n = 1) as first,
          min(${keys}) filter (where a.n = least(a.read, ${LIMIT} - 1)) as last`
      : sql`, null as first, null as last`;
    // Of an order of its own, as other aggregates may change that of the rows.
    const items = sql`string_agg(${this.#items.json(scope)}, ',' order by a.n) filter (where a.n < ${LIMIT})`;
    return this.#items.select(scope, sql`${items} as json, count(*)::integer as read${ends}`, rows);
  }

  /** Those that the page is made of, and its cursors. No others: to carry them along took PostgreSQL 6 to 8 % of a page. */
  #columnsIn({ keys }: Order): SQL {
    const ofArticles = keys.filter(({ name }) => name !== 'score').map(({ name }) => toSnakeCase(name));
    const columns = new Set([...this.#columns, ...ofArticles]);
    return sql.raw([...columns].map((column) => `a.${column}`).join(', '));
  }

  #toPage(
    { json, read, first, last, isBehind }: Found,
    { list: { order }, window, total }: AskedPage,
    catalog: Catalog,
  ): WrittenPage {
    const pageInfo: Readonly<Record<string, () => Utf8>> = {
      hasNextPage: () => ascii(String(read > window.limit)),
      hasPreviousPage: () => ascii(String(isBehind)),
      startCursor: () => cursorJson(order, json === null ? null : first),
      endCursor: () => cursorJson(order, json === null ? null : last),
    };
    const articles = json === null ? ascii('') : splice(json, this.#marks, catalog);
    const jsonOf = (field: CostNode): Utf8 => {
      if (isPage(field)) return concat(ascii('['), articles, ascii(']'));
      if (nameOf(field) === 'totalCount') return ascii(String(total));
      const inner = fieldsOf(field);
      return toObject(
        inner.map(keyOf),
        inner.map((one) => pageInfo[nameOf(one)]?.() ?? ascii('null')),
      );
    };
    return { json: toObject(this.#keys, this.#fields.map(jsonOf)), isEmpty: read === 0 };
  }
}

export interface WrittenPage {
  readonly json: Utf8;
  readonly isEmpty: boolean;
}

const EMPTY: Found = { json: null, read: 0, isBehind: false };

function itemsOf(writing: Writing, page: CostNode): Items {
  const compose = (isWhole: boolean) => (tell: Tell) =>
    itemJson(page, tell, (field) => {
      if (nameOf(field) !== 'score' || isWhole) throw new Unwritable();
      return writing.mark(fixed('a.score'), numberJson);
    });
  return asksForRelated(articleFields(page))
    ? levelledItems(writing, sql`select id from page where n < ${LIMIT}`, compose(true))
    : plainItems(writing, plainTelling(writing), compose(false));
}

/** JavaScript writes some numbers otherwise than PostgreSQL: the very large and small, and minus zero. */
function numberJson(text: Utf8): Utf8 {
  return text.includes('e') || text === ascii('-0') ? ascii(JSON.stringify(Number(text))) : text;
}

function toFound(row: RawRow | null): Found | null {
  if (!row) return null;
  const [json = null, read, first = null, last = null, isBehind] = row;
  return {
    json,
    read: Number(read),
    first,
    last,
    isBehind: isBehind === ascii('t'),
  };
}
