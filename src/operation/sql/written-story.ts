import { type SQL, sql } from 'drizzle-orm';
import { articleAt } from '../../articles/stories.ts';
import type { Values } from '../../db/statement.ts';
import type { PerspectiveTables } from '../../db/tables.ts';
import { decodeIdOf } from '../../graph/node.ts';
import { addressIdOf } from '../../lib/ids.ts';
import { ascii, type Utf8 } from '../../lib/utf8.ts';
import type { GraphContext } from '../../loaders/context.ts';
import type { CostNode } from '../limits/cost-tree.ts';
import { type Mark, splice } from './splice.ts';
import type { Writing } from './writing.ts';
import { type Items, levelledItems, plainItems } from './written-items.ts';
import { asksForFarRelated, storyTelling } from './written-related.ts';

export interface ArticleBy {
  readonly id?: string | null;
  readonly url?: string | null;
}

/** One article, by its id or an address. */
export class WrittenStory {
  readonly #name: string;
  readonly #marks: readonly Mark[];
  readonly #items: Items;

  /** `name` tells its statements from others. Throws `Unwritable`. */
  constructor(writing: Writing, fields: readonly CostNode[], name: string) {
    this.#name = name;
    this.#marks = writing.marks;
    this.#items = itemsOf(writing, fields);
  }

  /** Null where there is no room for its statement. */
  async write({ reading, catalog }: GraphContext, by: ArticleBy, values: Values): Promise<Utf8 | null> {
    const isByAddress = by.id == null;
    const write = () => {
      const row = sql`select a.* from ${reading.tables.articles} a where ${isIt(reading, isByAddress)}`;
      return sql`select (${this.#items.select(reading, this.#items.json(reading), row)}) as json`;
    };
    const select = { name: `${this.#name}:${isByAddress}`, queryClass: 'indexed', write } as const;
    const id = isByAddress ? addressIdOf(by.url ?? '') : decodeIdOf('Article', by.id ?? '', ['by', 'id']);
    const all = { ...values, id };
    const row = await reading.written(select, all);
    if (!row) return null;
    const [json] = row;
    return json ? splice(json, this.#marks, catalog) : ascii('null');
  }
}

function itemsOf(writing: Writing, fields: readonly CostNode[]): Items {
  return asksForFarRelated(fields)
    ? levelledItems(writing, sql.raw('select id from page'), (tell) => tell(fields))
    : plainItems(writing, storyTelling(writing), (tell) => tell(fields));
}

function isIt({ tables }: { readonly tables: PerspectiveTables }, isByAddress: boolean): SQL {
  const id = sql`${sql.placeholder('id')}::uuid`;
  if (!isByAddress) return sql`a.id = ${id}`;
  return sql`a.id = (${articleAt(tables, id)})`;
}
