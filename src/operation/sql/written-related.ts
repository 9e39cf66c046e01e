import { type SQL, sql } from 'drizzle-orm';
import { DEFAULT_PAGE } from '../../lib/page-size.ts';
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
import { articleJson, type Telling } from './written-article.ts';
import { namedFromMemory } from './written-named.ts';
import { articleFields, isPage, itemJson } from './written-page.ts';

/** Without related lists. */
export function plainTelling(writing: Writing): Telling {
  return {
    ...namedFromMemory(writing),
    related() {
      throw new Unwritable();
    },
  };
}

/** Of one story, `articles a`, with its related list, but not those of the stories in it. */
export function storyTelling(writing: Writing): Telling {
  const plain = plainTelling(writing);
  return { ...plain, related: (field) => listOfOne(writing, plain, field) };
}

function listOfOne(writing: Writing, plain: Telling, field: CostNode): Written {
  const limit = relatedLimit(writing, field);
  return objectOf(fieldsOf(field), (page) => {
    const item = itemJson(page, (fields) => articleJson(writing, plain, fields, 'r'), ofRelatedEdge);
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

/** Whether a story's related list is to tell of those of the stories it lists. Throws `Unwritable`. */
export function asksForFarRelated(fields: readonly CostNode[]): boolean {
  const lists = fields.filter((field) => nameOf(field) === 'related');
  return lists
    .flatMap(fieldsOf)
    .filter(isPage)
    .some((page) => asksForRelated(articleFields(page)));
}

/** How many of a related list are asked for. Throws `Unwritable` if its field has other arguments. */
export function relatedLimit(writing: Writing, field: CostNode): SQL {
  takesOnly(field, ['first']);
  return writing.value(field, ({ first }) => first ?? DEFAULT_PAGE);
}

/** What an edge `e` of a related list has beside its article. Throws `Unwritable`. */
export function ofRelatedEdge(field: CostNode): Written {
  if (nameOf(field) !== 'position') throw new Unwritable();
  return fixed('e.position');
}
