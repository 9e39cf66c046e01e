import { type SQL, sql } from 'drizzle-orm';
import { DEFAULT_PAGE } from '../lib/page-size.ts';
import type { CostNode } from '../limits/cost-tree.ts';
import {
  arrayOf,
  fieldsOf,
  fixed,
  nameOf,
  objectOf,
  takesOnly,
  Unwritable,
  type Writing,
  type Written,
} from './writing.ts';
import { type Alias, articleJson, type Telling } from './written-article.ts';
import { NAMED_FROM_TABLES, namedFromMemory } from './written-named.ts';

/** Without related lists. */
export function plainTelling(writing: Writing): Telling {
  return {
    ...namedFromMemory(writing),
    related() {
      throw new Unwritable();
    },
  };
}

/** Of one story, `articles a`: its related list is read with it, and those of what that lists are not told. */
export function storyTelling(writing: Writing): Telling {
  const plain = plainTelling(writing);
  return { ...plain, related: (field) => listOfOne(writing, plain, field) };
}

function listOfOne(writing: Writing, plain: Telling, field: CostNode): Written {
  const limit = relatedLimit(writing, field);
  return objectOf(fieldsOf(field), (page) => {
    const item = itemJson(page, (fields) => articleJson(writing, plain, fields, 'r'));
    return arrayOf((scope) => {
      const { articleRelated, articles } = scope.tables;
      return sql`select ${item(scope)} as item from ${articleRelated} e join ${articles} r on r.id = e.related_id
        where e.article_id = a.id order by e.position limit ${limit}::integer`;
    });
  });
}

/** Whether there is a related list in what is selected of an article. */
export function asksForRelated(fields: readonly CostNode[]): boolean {
  return fields.some((field) => nameOf(field) === 'related');
}

/** Whether a story's related list is to tell of those of the stories it lists. */
export function asksForFarRelated(fields: readonly CostNode[]): boolean {
  const inner = (field: CostNode) => field.branches.flat();
  const lists = fields.filter((field) => nameOf(field) === 'related');
  return lists.flatMap(inner).some((page) => {
    const nodes = nameOf(page) === 'edges' ? inner(page).filter((field) => nameOf(field) === 'node') : [page];
    return asksForRelated(nodes.flatMap(inner));
  });
}

/** An article as JSON, and the tables that are to be joined to it. */
export interface Told {
  readonly json: Written;
  readonly joins: Written;
}

/**
 * Related lists of many articles, and those of what they list, and so on: read level by level, each story of a level told once
 * however many lists it stands in. Nothing is left to be put in, as it would be put in for each place that it stands at.
 */
export class RelatedLevels {
  readonly #writing: Writing;
  readonly #tables: Written[] = [];
  #count = 0;

  constructor(writing: Writing) {
    this.#writing = writing;
  }

  /** The tables that are to be made before, in their sequence: a comma before each. */
  tables: Written = (scope) => sql.join(this.#tables.map((table) => sql`, ${table(scope)}`));

  /** Articles that are the rows of a table `alias`, which has the columns of an article. `ids` selects the id of each. */
  tell(fields: readonly CostNode[], alias: Alias, ids: SQL): Told {
    const joins: string[] = [];
    const related = (field: CostNode) => {
      const { name, json } = this.#lists(field, ids);
      joins.push(` left join ${name} on ${name}.id = ${alias}.id`);
      return json;
    };
    const json = articleJson(this.#writing, { ...NAMED_FROM_TABLES, related }, fields, alias);
    return { json, joins: fixed(joins.join('')) };
  }

  /** The related list of each of `ids`. `name`: the table that has them. */
  #lists(field: CostNode, ids: SQL) {
    const n = this.#count++;
    const [edge, story, told, name] = ['edge', 'story', 'told', 'list'].map((table) => `${table}${n}`) as Names;
    const limit = relatedLimit(this.#writing, field);
    this.#make(edge, ({ tables }) => {
      const edges = sql`select e.related_id, e.position from ${tables.articleRelated} e
        where e.article_id = owner.id order by e.position limit ${limit}::integer`;
      return sql`select owner.id as article_id, e.* from (${ids}) owner cross join lateral (${edges}) e`;
    });
    this.#make(story, fixed(`select distinct related_id as id from ${edge}`));
    const pages = fieldsOf(field);
    const stories: Told[] = [];
    const items = pages.map((page) =>
      itemJson(page, (fields) => {
        const place = stories.push(this.tell(fields, 'r', sql.raw(`select id from ${story}`))) - 1;
        return fixed(`t.json${place}`);
      }),
    );
    this.#make(told, (scope) => {
      const columns = stories.map(({ json }, i) => sql`, ${json(scope)} as ${sql.raw(`json${i}`)}`);
      const joins = stories.map((one) => one.joins(scope));
      return sql`select r.id${sql.join(columns)} from ${sql.raw(story)} s
        cross join lateral (select * from ${scope.tables.articles} r where r.id = s.id limit 1) r${sql.join(joins)}`;
    });
    this.#make(name, (scope) => {
      const columns = items.map(
        (item, i) => sql`, string_agg(${item(scope)}, ',' order by e.position) as ${sql.raw(`items${i}`)}`,
      );
      return sql`select e.article_id as id${sql.join(columns)}
        from ${sql.raw(edge)} e join ${sql.raw(told)} t on t.id = e.related_id group by e.article_id`;
    });
    const json = objectOf(pages, (page) => fixed(`'[' || coalesce(${name}.items${pages.indexOf(page)}, '') || ']'`));
    return { name, json };
  }

  #make(name: string, select: Written): void {
    this.#tables.push((scope) => sql`${sql.raw(name)} as materialized (${select(scope)})`);
  }
}

type Names = [string, string, string, string];

function relatedLimit(writing: Writing, field: CostNode): SQL {
  takesOnly(field, ['first']);
  return writing.value(field, ({ first }) => first ?? DEFAULT_PAGE);
}

/** What a page of a related list says of `e`, an edge. */
function itemJson(page: CostNode, told: (fields: readonly CostNode[]) => Written): Written {
  if (nameOf(page) === 'nodes') return told(fieldsOf(page));
  if (nameOf(page) !== 'edges') throw new Unwritable();
  return objectOf(fieldsOf(page), (field) => {
    if (nameOf(field) === 'node') return told(fieldsOf(field));
    if (nameOf(field) === 'position') return fixed('e.position');
    throw new Unwritable();
  });
}
