import { sql } from 'drizzle-orm';
import type { ProviderRow, TopicRow } from '../../catalog/rows.ts';
import { lookUp } from '../../db/look-up.ts';
import { getOrMake } from '../../lib/get-or-make.ts';
import { encodeGlobalId } from '../../lib/global-id.ts';
import { toObject } from '../../lib/json.ts';
import { ascii, toUtf8, type Utf8 } from '../../lib/utf8.ts';
import type { CostNode } from '../limits/cost-tree.ts';
import type { Mark } from './splice.ts';
import { arrayOf, fieldsOf, fixed, globalId, keyOf, nameOf, objectOf, Unwritable, type Writing } from './writing.ts';
import type { Telling } from './written-article.ts';

type Named = Pick<Telling, 'provider' | 'topics'>;
type NamedType = 'Provider' | 'Topic';
type NamedRow = ProviderRow | TopicRow;

/** Providers and topics as this process knows them: PostgreSQL need not look for them. */
export function namedFromMemory(writing: Writing): Named {
  return {
    provider: (field, alias) => writing.mark(fixed(`${alias}.provider_id`), providerMark(fieldsOf(field))),
    topics: (field, alias) =>
      writing.mark(fixed(`array_to_string(${alias}.topic_ids, ',')`), topicsMark(fieldsOf(field))),
  };
}

/** Providers and topics as PostgreSQL knows them: so there is nothing to be put into what it writes. */
export const NAMED_FROM_TABLES: Named = {
  provider(field, alias) {
    const json = objectOf(fieldsOf(field), (inner) => fixed(namedSql('Provider', inner)));
    return (scope) =>
      sql`(select ${json(scope)} from ${scope.tables.providers} n where n.id = ${sql.raw(alias)}.provider_id)`;
  },
  topics(field, alias) {
    const json = objectOf(fieldsOf(field), (inner) => fixed(namedSql('Topic', inner)));
    return arrayOf(
      (
        scope,
      ) => sql`select ${json(scope)} as item from unnest(${sql.raw(alias)}.topic_ids) with ordinality u (id, place)
        ${lookUp(scope.tables.topics, 'n', 'u.id')} order by u.place`,
    );
  },
};

const COLUMNS: Readonly<Record<string, string>> = {
  name: 'name',
  domain: 'domain',
  slug: 'slug',
  articleCount: 'article_count',
};

/** A field of a provider or topic as the JSON of `n`. Throws `Unwritable`. */
function namedSql(type: NamedType, field: CostNode): string {
  const name = nameOf(field);
  if (name === 'id') return globalId(type, 'n');
  const column = COLUMNS[name];
  if (!column) throw new Unwritable();
  return `to_json(n.${column})::text`;
}

/** A field of a provider or topic as JSON. Throws `Unwritable`. */
export function namedValue(type: NamedType, field: CostNode): (row: NamedRow) => Utf8 {
  const name = nameOf(field);
  if (name === 'id') return ({ id }) => ascii(JSON.stringify(encodeGlobalId(type, id)));
  if (!(name in COLUMNS)) throw new Unwritable();
  return (row) => toUtf8(JSON.stringify(row[name as keyof NamedRow]));
}

function providerMark(fields: readonly CostNode[]): Mark {
  const textOf = kept(namedJson('Provider', fields));
  return (id, catalog) => textOf(catalog.provider(id));
}

function topicsMark(fields: readonly CostNode[]): Mark {
  const textOf = kept(namedJson('Topic', fields));
  return (ids, catalog) => {
    const topics = ids === '' ? [] : ids.split(',').map((id) => textOf(catalog.topic(id)));
    return ascii(`[${topics.join()}]`);
  };
}

/** Once for each row, which is the catalog's: by its id it would be kept with all of the text that the id was cut out of. */
function kept(jsonOf: (row: NamedRow) => Utf8) {
  const known = new WeakMap<NamedRow, Utf8>();
  return (row: NamedRow) => getOrMake(known, row, () => jsonOf(row));
}

/** A provider or topic as JSON, with what is selected of it. Throws `Unwritable`. */
function namedJson(type: NamedType, fields: readonly CostNode[]) {
  const keys = fields.map(keyOf);
  const values = fields.map((field) => namedValue(type, field));
  return (row: NamedRow) =>
    toObject(
      keys,
      values.map((jsonOf) => jsonOf(row)),
    );
}
