import { type SQL, sql } from 'drizzle-orm';
import type { Writing, Written } from './writing.ts';
import { articleJson, type Telling } from './written-article.ts';
import { RelatedLevels } from './written-levels.ts';
import type { Tell } from './written-page.ts';

type Scope = Parameters<Written>[0];

/** Articles as JSON, made of the rows of a select. */
export interface Items {
  /** Of a row `a`. */
  readonly json: Written;
  /** A select of `columns`, the JSON among them, from `rows`. */
  readonly select: (scope: Scope, columns: SQL, rows: SQL) => SQL;
}

/** Articles without related lists, or with those that `telling` tells. `compose` makes of them what is asked for. */
export function plainItems(writing: Writing, telling: Telling, compose: (tell: Tell) => Written): Items {
  const json = compose((fields) => articleJson(writing, telling, fields, 'a'));
  return { json, select: (_scope, columns, rows) => sql`select ${columns} from (${rows}) a` };
}

/** Articles with related lists, and whatever those tell. `ids` selects the ids of `page`, which has the rows. */
export function levelledItems(writing: Writing, ids: SQL, compose: (tell: Tell) => Written): Items {
  const levels = new RelatedLevels(writing);
  const joins: Written[] = [];
  const json = compose((fields) => {
    const told = levels.tell(fields, 'a', ids);
    joins.push(told.joins);
    return told.json;
  });
  return {
    json,
    select: (scope, columns, rows) =>
      sql`with page as materialized (${rows})${levels.tables(scope)}
        select ${columns} from page a${sql.join(joins.map((one) => one(scope)))}`,
  };
}
