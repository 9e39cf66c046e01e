import { type SQL, sql } from 'drizzle-orm';
import type { Values } from '../../db/statement.ts';
import type { PerspectiveTables } from '../../db/tables.ts';
import type { ArgumentsOf } from '../limits/cost-total.ts';
import type { CostNode } from '../limits/cost-tree.ts';
import { type Mark, markSql } from './splice.ts';

/** Thrown while an operation is looked through that cannot be written. */
export class Unwritable extends Error {}

/** A text that PostgreSQL makes, as SQL. */
export type Written = (scope: { readonly tables: PerspectiveTables }) => SQL;

/** What belongs to the statements of one operation, while they are made out. */
export class Writing {
  readonly marks: Mark[] = [];
  readonly #values: ((argumentsOf: ArgumentsOf) => Values)[] = [];

  /** The SQL of something that `mark` makes of `content`, which is SQL itself. */
  mark(content: Written, mark: Mark): Written {
    const index = this.marks.push(mark) - 1;
    return (scope) => markSql(index, content(scope));
  }

  /** The placeholder of a value that an argument says. */
  value(field: CostNode, valueIn: (args: Readonly<Record<string, unknown>>) => unknown): SQL {
    const name = `written${this.#values.length}`;
    this.#values.push((argumentsOf) => ({ [name]: valueIn(argumentsIn(field, argumentsOf)) }));
    return sql`${sql.placeholder(name)}`;
  }

  /** What all placeholders stand for. */
  valuesOf(argumentsOf: ArgumentsOf): Values {
    return Object.assign({}, ...this.#values.map((valueIn) => valueIn(argumentsOf)));
  }
}

/** SQL that is the same whatever it is written over. */
export function fixed(text: string): Written {
  const written = sql.raw(text);
  return () => written;
}

export function argumentsIn({ nodes: [node] }: CostNode, argumentsOf: ArgumentsOf): Readonly<Record<string, unknown>> {
  return (node && argumentsOf(node)) ?? {};
}

export function nameOf({ nodes: [node] }: CostNode): string {
  return node?.name.value ?? '';
}

/** Throws `Unwritable` for a field with another argument: before anything is read, as what is read in vain would be read twice. */
export function takesOnly({ nodes }: CostNode, names: readonly string[]): void {
  const given = nodes.flatMap((node) => node.arguments ?? []);
  if (!given.every(({ name }) => names.includes(name.value))) throw new Unwritable();
}

/** The key under which a field stands in the answer. */
export function keyOf({ path }: CostNode): string {
  return path.at(-1) ?? '';
}

/** What is selected of what a field gives, where it gives things of one type. */
export function fieldsOf({ branches }: CostNode): readonly CostNode[] {
  const [fields, ...others] = branches;
  if (!fields || others.length > 0) throw new Unwritable();
  return fields;
}

/** A JSON object, as PostgreSQL writes it: keys are names of GraphQL, so there is nothing to escape. */
export function objectOf(fields: readonly CostNode[], jsonOf: (field: CostNode) => Written): Written {
  const members = fields.map((field) => ({ key: keyOf(field), value: jsonOf(field) }));
  return (scope) => {
    const parts = members.map(
      ({ key, value }, i) => sql`${sql.raw(`'${i === 0 ? '{' : ','}"${key}":'`)} || ${value(scope)}`,
    );
    return sql`${sql.join(parts, sql` || `)} || '}'`;
  };
}

/** A JSON array of all that `rows`, a select of texts named `item` in their order, gives. */
export function arrayOf(rows: Written): Written {
  return (scope) => sql`'[' || coalesce((select string_agg(item, ',') from (${rows(scope)}) items), '') || ']'`;
}

/** The global id of the row `alias`, as JSON. */
export function globalId(type: string, alias: string): string {
  const bytes = `convert_to('${type}:' || ${alias}.id, 'UTF8')`;
  return `'"' || translate(rtrim(encode(${bytes}, 'base64'), '='), '+/', '-_') || '"'`;
}
