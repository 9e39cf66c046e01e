import { sql } from 'drizzle-orm';
import { toSnakeCase } from 'drizzle-orm/casing';
import { lookUp } from '../../db/look-up.ts';
import { MAX_PAGE } from '../../lib/page-size.ts';
import type { CostNode } from '../limits/cost-tree.ts';
import {
  arrayOf,
  fieldsOf,
  fixed,
  globalId,
  nameOf,
  objectOf,
  Unwritable,
  type Writing,
  type Written,
} from './writing.ts';

/** An article is the row of a table under this name: a related one's is another than that of the story which lists it. */
export type Alias = 'a' | 'r';

/** How what stands in other tables is told with an article. Each throws `Unwritable`. */
export interface Telling {
  provider(field: CostNode, alias: Alias): Written;
  topics(field: CostNode, alias: Alias): Written;
  related(field: CostNode, alias: Alias): Written;
}

/** An article as JSON, with what is selected of it. Throws `Unwritable`. */
export function articleJson(writing: Writing, telling: Telling, fields: readonly CostNode[], alias: Alias): Written {
  return objectOf(fields, (field) => {
    const name = nameOf(field);
    const leaf = LEAVES[name];
    if (leaf) return fixed(leaf(alias));
    if (name === 'provider' || name === 'topics' || name === 'related') return telling[name](field, alias);
    if (name === 'images') return imagesJson(writing, field, alias);
    throw new Unwritable();
  });
}

/** Which columns of an article its JSON is made of, that of its edges included. */
export function columnsOf(fields: readonly CostNode[]): readonly string[] {
  return ['id', ...fields.map((field) => ELSEWHERE[nameOf(field)] ?? toSnakeCase(nameOf(field)))];
}

/** What stands in other tables is found by these. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  provider: 'provider_id',
  topics: 'topic_ids',
  images: 'has_image',
  related: 'id',
};

const text = (column: string) => (alias: Alias) => `coalesce(to_json(${alias}.${column})::text, 'null')`;
/** A whole number, or true or false. */
const plain = (column: string) => (alias: Alias) => `coalesce(${alias}.${column}::text, 'null')`;

/** Fields of an article, as JSON: each just as its resolver and its type's serializer have it. */
const LEAVES: Readonly<Record<string, (alias: Alias) => string>> = {
  id: (alias) => globalId('Article', alias),
  title: text('title'),
  excerpt: text('excerpt'),
  category: text('category'),
  type: (alias) => `'"' || upper(${alias}.type) || '"'`,
  publishedDateTime: (alias) => instant(`${alias}.published_date_time`),
  webUrl: text('web_url'),
  originalUrl: text('original_url'),
  ampWebUrl: text('amp_web_url'),
  cdnAmpWebUrl: text('cdn_amp_web_url'),
  quality: plain('quality'),
  heat: plain('heat'),
  published: plain('published'),
  isStub: plain('is_stub'),
};

/** With milliseconds only where there are any. */
function instant(column: string): string {
  const format = (milliseconds: string) => `'YYYY-MM-DD"T"HH24:MI:SS${milliseconds}"Z"'`;
  const isWhole = `date_trunc('second', ${column}) = ${column}`;
  return `'"' || to_char(${column} at time zone 'UTC', case when ${isWhole} then ${format('')} else ${format('.MS')} end) || '"'`;
}

const IMAGE_LEAVES: Readonly<Record<string, string>> = {
  id: globalId('Image', 'i'),
  url: `to_json(i.url)::text`,
  width: `coalesce(i.width::text, 'null')`,
  height: `coalesce(i.height::text, 'null')`,
  isCached: 'i.is_cached::text',
  title: `coalesce(to_json(i.title)::text, 'null')`,
};

function imagesJson(writing: Writing, field: CostNode, alias: Alias): Written {
  const limit = writing.value(field, ({ first }) => first ?? MAX_PAGE);
  const image = objectOf(fieldsOf(field), (inner) => {
    const leaf = IMAGE_LEAVES[nameOf(inner)];
    if (!leaf) throw new Unwritable();
    return fixed(leaf);
  });
  const all = arrayOf((scope) => {
    const { articleImages, images } = scope.tables;
    return sql`select ${image(scope)} as item from ${articleImages} m ${lookUp(images, 'i', 'm.image_id')}
      where m.article_id = ${sql.raw(alias)}.id and m.position < ${limit}::integer order by m.position`;
  });
  // Many have none, and need not be looked for.
  return (scope) => sql`case when ${sql.raw(alias)}.has_image then ${all(scope)} else '[]' end`;
}
