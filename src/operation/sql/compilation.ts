import { type SQL, sql } from 'drizzle-orm';
import { toSnakeCase } from 'drizzle-orm/casing';
import type { FilterScope } from '../../articles/filter.ts';
import type { QueryClass } from '../../db/query-class.ts';
import type { FieldSource } from '../../graph/compiled-field.ts';
import type { Selection } from '../selection.ts';
import type { FieldInput } from './inputs.ts';
import { UnsupportedSelection } from './json.ts';
import { type Mark, markSql } from './marks.ts';

export type ArticleCompiler = (compilation: Compilation, fields: readonly Selection[]) => SQL;

/** What belongs to one statement while it is compiled. */
export class Compilation {
  readonly scope: FilterScope;
  readonly marks: Mark[] = [];
  readonly #inputs: ReadonlyMap<Selection, FieldInput>;
  readonly #article: ArticleCompiler;
  #queryClass: QueryClass = 'indexed';

  constructor(scope: FilterScope, inputs: ReadonlyMap<Selection, FieldInput>, article: ArticleCompiler) {
    this.scope = scope;
    this.#inputs = inputs;
    this.#article = article;
  }

  get queryClass(): QueryClass {
    return this.#queryClass;
  }

  /** The statement reads as much as matches. */
  scans(): void {
    this.#queryClass = 'scan';
  }

  /** SQL of what `mark` makes of `content`, which is SQL of a text. */
  mark(content: SQL, mark: Mark): SQL {
    return markSql(this.marks.push(mark) - 1, content);
  }

  /** An article, the row of `a`: within lists, and with lists within it. */
  articleJson(fields: readonly Selection[]): SQL {
    return this.#article(this, fields);
  }

  inputOf<Kind extends FieldInput>(selection: Selection): Kind {
    const input = this.#inputs.get(selection);
    if (!input) throw new UnsupportedSelection(selection.name);
    if (input.queryClass === 'scan') this.scans();
    return input as Kind;
  }
}

export function sourceOf({ field }: Selection): FieldSource | undefined {
  return field?.extensions['source'] as FieldSource | undefined;
}

/** What is selected of what a field gives, where it gives objects of one type. */
export function fieldsOf({ name, branches }: Selection): readonly Selection[] {
  const [branch, ...others] = branches;
  if (!branch || others.length > 0) throw new UnsupportedSelection(name);
  return branch.fields;
}

/** `__typename`. */
export function typeNameJson({ name, parent }: Selection): SQL {
  if (name !== '__typename') throw new UnsupportedSelection(name);
  return sql.raw(`'"${parent.name}"'`);
}

/** The columns of `a` that the JSON of an article is made of. */
export function columnsOf(fields: readonly Selection[]): readonly string[] {
  const columns = fields.flatMap((field) => {
    const source = sourceOf(field);
    if (source?.kind === 'inMemory') return [source.column];
    if (source?.kind === 'images') return ['hasImage'];
    if (source?.kind === 'embedded') return ['heat', 'trending'];
    return source || !field.field || field.name === 'id' ? [] : [field.name];
  });
  return ['id', ...columns].map(toSnakeCase);
}
