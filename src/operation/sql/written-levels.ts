import { type SQL, sql } from 'drizzle-orm';
import type { CostNode } from '../limits/cost-tree.ts';
import { fieldsOf, fixed, objectOf, type Writing, type Written } from './writing.ts';
import { type Alias, articleJson, columnsOf } from './written-article.ts';
import { NAMED_FROM_TABLES } from './written-named.ts';
import { itemJson } from './written-page.ts';
import { ofRelatedEdge, relatedLimit } from './written-related.ts';

/** An article as JSON, and the tables that are to be joined to it. */
export interface Told {
  readonly json: Written;
  readonly joins: Written;
}

/**
 * Related lists of many articles, and those of what they list, and so on: read level by level, each
 * story of a level told once however many lists it stands in. Nothing is left to be put in, as it
 * would be put in for each place that it stands at.
 *
 * Levels are joined by full joins, though no row is without its counterpart: PostgreSQL never does
 * them by comparing each row with each. It would, as it expects short lists, and takes as long as the
 * square of a page where they are long.
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
      joins.push(` full join ${name} on ${name}.id = ${alias}.id`);
      return json;
    };
    const json = articleJson(this.#writing, { ...NAMED_FROM_TABLES, related }, fields, alias);
    return { json, joins: fixed(joins.join('')) };
  }

  /** The related list of each of `ids`. `name`: the table that has them. */
  #lists(field: CostNode, ids: SQL) {
    const n = this.#count++;
    const edges = this.#make(`edges${n}`, edgesOf(ids, relatedLimit(this.#writing, field)));
    const stories = this.#make(`stories${n}`, fixed(`select distinct related_id as id from ${edges}`));
    const told: Told[] = [];
    const columns = ['id'];
    const tell = (fields: readonly CostNode[]) => {
      told.push(this.tell(fields, 'r', sql.raw(`select id from ${stories}`)));
      columns.push(...columnsOf(fields));
      return fixed(`t.json${told.length - 1}`);
    };
    const pages = fieldsOf(field);
    const items = pages.map((page) => itemJson(page, tell, ofRelatedEdge));
    const texts = this.#make(`texts${n}`, textsOf(stories, [...new Set(columns)], told));
    const name = this.#make(`lists${n}`, listsOf(edges, texts, items));
    const json = objectOf(pages, (page) => fixed(`'[' || coalesce(${name}.items${pages.indexOf(page)}, '') || ']'`));
    return { name, json };
  }

  #make(name: string, select: Written): string {
    this.#tables.push((scope) => sql`${sql.raw(name)} as materialized (${select(scope)})`);
    return name;
  }
}

/** The first edges of each of `ids`. Lateral, so that each list is read along its index. */
function edgesOf(ids: SQL, limit: SQL): Written {
  return ({ tables }) =>
    sql`select owner.id as article_id, e.* from (${ids}) owner cross join lateral (
      select e.related_id, e.position from ${tables.articleRelated} e
      where e.article_id = owner.id order by e.position limit ${limit}::integer
    ) e`;
}

/** The texts of each story. Lateral, as above. */
function textsOf(stories: string, columns: readonly string[], told: readonly Told[]): Written {
  return (scope) => {
    const texts = told.map(({ json }, i) => sql`, ${json(scope)} as ${sql.raw(`json${i}`)}`);
    const joins = told.map((one) => one.joins(scope));
    return sql`select r.id${sql.join(texts)} from ${sql.raw(stories)} s
      cross join lateral (select ${sql.raw(columns.join(', '))} from ${scope.tables.articles} r where r.id = s.id limit 1) r${sql.join(joins)}`;
  };
}

/**
 * The items of each list, a comma between them. Of an order of their own each, as one aggregate may
 * change that of the others.
 */
function listsOf(edges: string, texts: string, items: readonly Written[]): Written {
  return (scope) => {
    const columns = items.map(
      (item, i) => sql`, string_agg(${item(scope)}, ',' order by e.position) filter (where t.id is not null) as ${sql.raw(`items${i}`)}`,
    );
    return sql`select e.article_id as id${sql.join(columns)}
      from ${sql.raw(edges)} e full join ${sql.raw(texts)} t on t.id = e.related_id group by e.article_id`;
  };
}
