import { type SQL, sql } from 'drizzle-orm';
import { toSnakeCase } from 'drizzle-orm/casing';
import type { ProviderRow, TopicRow } from '../../catalog/rows.ts';
import { getOrMake } from '../../lib/get-or-make.ts';
import { ascii, type Utf8 } from '../../lib/utf8.ts';
import type { Selection } from '../selection.ts';
import { type Compilation, fieldsOf, sourceOf, typeNameJson } from './compilation.ts';
import { connectionJson } from './connection.ts';
import type { ImagesInput } from './inputs.ts';
import { arrayJson, globalIdJson, type Member, objectJson, scalarJson, UnsupportedSelection } from './json.ts';
import { checkInMemory, memoryField, memoryJson } from './memory.ts';
import { numberJson } from './numbers.ts';

/** An article, the row of `a`, with what is selected of it. */
export function articleJson(compilation: Compilation, fields: readonly Selection[]): SQL {
  return objectJson(fields.map((field) => ({ key: field.key, value: articleField(compilation, field) })));
}

function articleField(compilation: Compilation, field: Selection): SQL {
  if (!field.field) return typeNameJson(field);
  const source = sourceOf(field);
  switch (source?.kind) {
    case 'articles':
      return connectionJson(compilation, field, sql.raw('a.id'));
    case 'images':
      return imagesJson(compilation, field);
    case 'inMemory':
      return source.column === 'topicIds' ? topicsJson(compilation, field) : providerJson(compilation, field);
    case 'embedded':
      return trendingJson(compilation, field, source.condition);
    case undefined:
      return columnJson(compilation, 'Article', compilation.scope.tables.articles, field, 'a');
    default:
      throw new UnsupportedSelection(field.name);
  }
}

/** A scalar of a stored row: the column of the same name. */
export function columnJson(
  _compilation: Compilation,
  type: string,
  table: object,
  field: Selection,
  alias: string,
): SQL {
  if (!field.field) return typeNameJson(field);
  if (field.name === 'id') return globalIdJson(type, alias);
  if (field.branches.length > 0 || !(field.name in table)) throw new UnsupportedSelection(field.name);
  return scalarJson(field.field.type, `${alias}.${toSnakeCase(field.name)}`);
}

function trendingJson(compilation: Compilation, field: Selection, condition: string): SQL {
  const members = fieldsOf(field).map((inner): Member => {
    if (inner.name === 'score') return { key: inner.key, value: compilation.mark(sql`a.trending::text`, numberJson) };
    if (inner.name === '__typename') return { key: inner.key, value: typeNameJson(inner) };
    return { key: inner.key, value: compilation.mark(sql`''`, (_, context) => memoryField(inner, {}, context)) };
  });
  return sql`case when a.${sql.raw(condition)} then ${objectJson(members)} else 'null' end`;
}

function providerJson(compilation: Compilation, field: Selection): SQL {
  return inMemoryJson(compilation, 'provider', fieldsOf(field), sql.raw('a.provider_id'));
}

function topicsJson(compilation: Compilation, field: Selection): SQL {
  const fields = fieldsOf(field);
  if (!isInMemory(fields)) {
    const item = inMemoryJson(compilation, 'topic', fields, sql.raw('t.id'));
    return sql`(select ${arrayJson(sql`string_agg(${item}, ',' order by t.n)`)} from unnest(a.topic_ids) with ordinality t (id, n))`;
  }
  const textOf = rowTexts(fields);
  return compilation.mark(sql`array_to_string(a.topic_ids, ',')`, (ids, context) => {
    const topics = ids === '' ? [] : ids.split(',').map((id) => textOf(context.catalog.topic(id), context));
    return ascii(`[${topics.join()}]`);
  });
}

/** A provider or topic: what is in memory is put in by a mark, its articles are read. */
export function inMemoryJson(
  compilation: Compilation,
  noun: 'provider' | 'topic',
  fields: readonly Selection[],
  id: SQL,
): SQL {
  const content = sql`${id}::text`;
  if (isInMemory(fields)) {
    const textOf = rowTexts(fields);
    return compilation.mark(content, (uuid, context) => textOf(context.catalog[noun](uuid), context));
  }
  return objectJson(
    fields.map((field): Member => {
      if (sourceOf(field)?.kind === 'articles')
        return { key: field.key, value: connectionJson(compilation, field, id) };
      checkInMemory([field]);
      const value = compilation.mark(content, (uuid, context) =>
        memoryField(field, context.catalog[noun](uuid), context),
      );
      return { key: field.key, value };
    }),
  );
}

export function isInMemory(fields: readonly Selection[]): boolean {
  try {
    checkInMemory(fields);
    return true;
  } catch {
    return false;
  }
}

/** Once for each row, unless arguments may make them differ from request to request. */
function rowTexts(fields: readonly Selection[]) {
  const known = new WeakMap<ProviderRow | TopicRow, Utf8>();
  const isPlain = fields.every(({ branches }) => branches.length === 0);
  return (row: ProviderRow | TopicRow, context: Parameters<typeof memoryJson>[2]): Utf8 =>
    isPlain ? getOrMake(known, row, () => memoryJson(fields, row, context)) : memoryJson(fields, row, context);
}

function imagesJson(compilation: Compilation, field: Selection): SQL {
  const { limit } = compilation.inputOf<ImagesInput>(field);
  const { articleImages, images } = compilation.scope.tables;
  const item = imageJson(compilation, fieldsOf(field));
  // Many have none, and need not be looked for.
  return sql`case when a.has_image then (select ${arrayJson(sql`string_agg(${item}, ',' order by m.position)`)}
    from ${articleImages} m join ${images} i on i.id = m.image_id
    where m.article_id = a.id and m.position < ${sql.raw(String(limit))}) else '[]' end`;
}

/** An image, the row of `i`. */
export function imageJson(compilation: Compilation, fields: readonly Selection[]): SQL {
  const { images } = compilation.scope.tables;
  return objectJson(
    fields.map((field) => ({
      key: field.key,
      value:
        sourceOf(field)?.kind === 'articles'
          ? connectionJson(compilation, field, sql.raw('i.id'))
          : columnJson(compilation, 'Image', images, field, 'i'),
    })),
  );
}
