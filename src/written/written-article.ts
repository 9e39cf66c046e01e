import { sql } from 'drizzle-orm';
import type { Catalog, ProviderRow, TopicRow } from '../catalog/catalog.ts';
import { getOrMake } from '../lib/get-or-make.ts';
import { encodeGlobalId } from '../lib/global-id.ts';
import { DEFAULT_PAGE, MAX_PAGE } from '../lib/page-size.ts';
import type { CostNode } from '../limits/cost-tree.ts';
import type { Mark } from './splice.ts';
import {
  arrayOf,
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

/** An article is the row of a table under this name: a related one's is another than that of the story which lists it. */
type Alias = 'a' | 'r';

/** An article as JSON, with what is selected of it, and its related list. Throws `Unwritable`. */
export function storyJson(writing: Writing, fields: readonly CostNode[]): Written {
  return objectOf(fields, (field) =>
    nameOf(field) === 'related' ? relatedJson(writing, field) : memberOf(writing, field, 'a'),
  );
}

/** An article as JSON, with what is selected of it. Throws `Unwritable`: for its related list, too, as those of many are read level by level. */
export function articleJson(writing: Writing, fields: readonly CostNode[], alias: Alias): Written {
  return objectOf(fields, (field) => memberOf(writing, field, alias));
}

function memberOf(writing: Writing, field: CostNode, alias: Alias): Written {
  const name = nameOf(field);
  const leaf = LEAVES[name];
  if (leaf) return fixed(leaf(alias));
  if (name === 'provider') return writing.mark(fixed(`${alias}.provider_id`), providerMark(fieldsOf(field)));
  if (name === 'topics') {
    return writing.mark(fixed(`array_to_string(${alias}.topic_ids, ',')`), topicsMark(fieldsOf(field)));
  }
  if (name === 'images') return imagesJson(writing, field, alias);
  throw new Unwritable();
}

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

function globalId(type: string, alias: string): string {
  const bytes = `convert_to('${type}:' || ${alias}.id, 'UTF8')`;
  return `'"' || translate(rtrim(encode(${bytes}, 'base64'), '='), '+/', '-_') || '"'`;
}

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
  return arrayOf((scope) => {
    const { articleImages, images } = scope.tables;
    return sql`select ${image(scope)} as item from ${articleImages} m join ${images} i on i.id = m.image_id
      where m.article_id = ${sql.raw(alias)}.id and m.position < ${limit}::integer order by m.position`;
  });
}

function relatedJson(writing: Writing, field: CostNode): Written {
  takesOnly(field, ['first']);
  const limit = writing.value(field, ({ first }) => first ?? DEFAULT_PAGE);
  return objectOf(fieldsOf(field), (page) => {
    const item = relatedItem(writing, page);
    return arrayOf((scope) => {
      const { articleRelated, articles } = scope.tables;
      return sql`select ${item(scope)} as item from ${articleRelated} e join ${articles} r on r.id = e.related_id
        where e.article_id = a.id order by e.position limit ${limit}::integer`;
    });
  });
}

function relatedItem(writing: Writing, page: CostNode): Written {
  if (nameOf(page) === 'nodes') return articleJson(writing, fieldsOf(page), 'r');
  if (nameOf(page) !== 'edges') throw new Unwritable();
  return objectOf(fieldsOf(page), (field) => {
    if (nameOf(field) === 'node') return articleJson(writing, fieldsOf(field), 'r');
    if (nameOf(field) === 'position') return fixed('e.position');
    throw new Unwritable();
  });
}

function providerMark(fields: readonly CostNode[]): Mark {
  const jsonOf = kept((catalog, id) => catalog.provider(id), namedJson('Provider', fields));
  return (id, catalog) => jsonOf(catalog, id);
}

function topicsMark(fields: readonly CostNode[]): Mark {
  const jsonOf = kept((catalog, id) => catalog.topic(id), namedJson('Topic', fields));
  return (ids, catalog) => {
    const topics = ids === '' ? [] : ids.split(',').map((id) => jsonOf(catalog, id));
    return `[${topics.join()}]`;
  };
}

/** Of what the catalog has, once for each content version. */
function kept(rowOf: (catalog: Catalog, id: string) => NamedRow, jsonOf: (row: NamedRow) => string) {
  const known = new WeakMap<Catalog, Map<string, string>>();
  return (catalog: Catalog, id: string) =>
    getOrMake(
      getOrMake(known, catalog, () => new Map()),
      id,
      () => jsonOf(rowOf(catalog, id)),
    );
}

/** A provider or topic as JSON, with what is selected of it. Throws `Unwritable`. */
function namedJson(type: NamedType, fields: readonly CostNode[]) {
  const values = fields.map((field) => namedValue(type, field));
  return (row: NamedRow) =>
    toObject(
      fields,
      values.map((jsonOf) => jsonOf(row)),
    );
}

type NamedType = 'Provider' | 'Topic';
type NamedRow = ProviderRow | TopicRow;

/** A field of a provider or topic as JSON. Throws `Unwritable`. */
export function namedValue(type: NamedType, field: CostNode): (row: NamedRow) => string {
  const name = nameOf(field);
  if (name === 'id') return ({ id }) => JSON.stringify(encodeGlobalId(type, id));
  if (!NAMED_LEAVES.includes(name)) throw new Unwritable();
  return (row) => JSON.stringify(row[name as keyof NamedRow]);
}

const NAMED_LEAVES = ['name', 'domain', 'slug', 'articleCount'];
