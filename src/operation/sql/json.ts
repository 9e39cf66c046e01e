import { type SQL, sql } from 'drizzle-orm';
import { GraphQLID, type GraphQLOutputType, getNamedType, isEnumType } from 'graphql';

/** Thrown for a selection that cannot be compiled: the reference executor answers the operation. */
export class UnsupportedSelection extends Error {
  override readonly name = 'UnsupportedSelection';
}

/** A member of a JSON object: its key, and SQL of a text that is its value. */
export interface Member {
  readonly key: string;
  readonly value: SQL;
}

/** SQL of a JSON object. Keys are names of GraphQL, so there is nothing to escape. */
export function objectJson(members: readonly Member[]): SQL {
  if (members.length === 0) return sql.raw(`'{}'`);
  const parts = members.map(({ key, value }, i) => sql`${sql.raw(`'${i === 0 ? '{' : ','}"${key}":'`)} || ${value}`);
  return sql`${sql.join(parts, sql` || `)} || '}'`;
}

/** SQL of a JSON array, of what an aggregate of items with commas gives. */
export function arrayJson(items: SQL): SQL {
  return sql`'[' || coalesce(${items}, '') || ']'`;
}

/** The global id of the row of `alias`. */
export function globalIdJson(type: string, alias: string): SQL {
  const bytes = `convert_to('${type}:' || ${alias}.id, 'UTF8')`;
  return sql.raw(`'"' || translate(rtrim(encode(${bytes}, 'base64'), '='), '+/', '-_') || '"'`);
}

/** A column as the JSON that a scalar's or enum's serializer makes of it. Throws `UnsupportedSelection`. */
export function scalarJson(type: GraphQLOutputType, column: string): SQL {
  const named = getNamedType(type);
  if (named === GraphQLID) throw new UnsupportedSelection(`a column of type ${named.name}`);
  if (isEnumType(named)) return sql.raw(`'"' || upper(${column}) || '"'`);
  const codec = CODECS[named.name];
  if (!codec) throw new UnsupportedSelection(`a column of type ${named.name}`);
  return sql.raw(codec(column));
}

const CODECS: Readonly<Record<string, (column: string) => string>> = {
  String: (column) => `coalesce(to_json(${column})::text, 'null')`,
  URL: (column) => `coalesce(to_json(${column})::text, 'null')`,
  Int: (column) => `coalesce(${column}::text, 'null')`,
  Boolean: (column) => `coalesce(${column}::text, 'null')`,
  DateTime: instantJson,
};

/** With milliseconds only where there are any. */
function instantJson(column: string): string {
  const format = (milliseconds: string) => `'YYYY-MM-DD"T"HH24:MI:SS${milliseconds}"Z"'`;
  const isWhole = `date_trunc('second', ${column}) = ${column}`;
  return `'"' || to_char(${column} at time zone 'UTC', case when ${isWhole} then ${format('')} else ${format('.MS')} end) || '"'`;
}
