import type { NodeType } from '../../lib/global-id.ts';
import { InvalidArgument } from '../argument-check.ts';
import { decodeIdOf } from '../node.ts';

/** Enough for a page of checkboxes; beyond it a filter is an attack, or a mistake. */
const MAX_CONDITIONS = 100;
const MAX_VALUES = 100;
/**
 * A filter on the other ends of edges is a join, and PostgreSQL plans each one within another
 * twice.
 */
const MAX_JOINS = 8;
const MAX_JOINS_DEEP = 3;

/** What the fields of a `where` lead to. */
export interface WhereShape {
  readonly type: NodeType;
  /** Fields that are a `where` of another kind. */
  readonly one?: () => Readonly<Record<string, WhereShape>>;
  /** Fields that are `{ some, none }` of another kind. */
  readonly many?: () => Readonly<Record<string, WhereShape>>;
  /** Those of `many` that are a join. */
  readonly joins?: readonly string[];
}

type Path = readonly (string | number)[];
type Input = Readonly<Record<string, unknown>>;

/**
 * A `where` with its ids decoded; undefined if it has no conditions. Throws `InvalidArgument` for a
 * foreign id, and for too many conditions.
 */
export function readWhere<Where extends object>(
  shape: WhereShape,
  where: object | null | undefined,
): Where | undefined {
  const asks = Object.values(where ?? {}).some((condition) => condition != null);
  return where == null || !asks ? undefined : (new Reader().read(shape, where as Input, ['where']) as Where);
}

class Reader {
  #conditions = 0;
  #joins = 0;

  read(shape: WhereShape, where: Input, path: Path, depth = 0): Input {
    this.#conditions += 1;
    if (this.#conditions > MAX_CONDITIONS) {
      throw new InvalidArgument(path, `expected at most ${MAX_CONDITIONS} conditions, got more`);
    }
    const entries = Object.entries(where).map(([name, value]) => [
      name,
      this.#field(shape, name, value, [...path, name], depth),
    ]);
    return Object.fromEntries(entries);
  }

  #field(shape: WhereShape, name: string, value: unknown, path: Path, depth: number): unknown {
    if (value === null || typeof value !== 'object') return value;
    const input = value as Input;
    const one = name === 'NOT' ? shape : shape.one?.()[name];
    const many = shape.many?.()[name];
    if (Array.isArray(value)) return value.map((item, i) => this.read(shape, item, [...path, i], depth));
    if (one) return this.read(one, input, path, depth);
    const deeper = shape.joins?.includes(name) ? depth + 1 : depth;
    if (many) {
      return mapValues(input, (inner, key) => {
        if (inner === null) return null;
        if (deeper > depth) this.#countJoin(deeper, path);
        return this.read(many, inner as Input, [...path, key], deeper);
      });
    }
    return mapValues(input, (inner, key) => readOperand(name === 'id' ? shape.type : null, inner, [...path, key]));
  }

  #countJoin(depth: number, path: Path): void {
    this.#joins += 1;
    if (depth <= MAX_JOINS_DEEP && this.#joins <= MAX_JOINS) return;
    throw new InvalidArgument(
      path,
      `expected at most ${MAX_JOINS} filters of related articles, ${MAX_JOINS_DEEP} within one another, got more`,
    );
  }
}

function readOperand(idOf: NodeType | null, value: unknown, path: Path): unknown {
  if (Array.isArray(value)) {
    if (value.length > MAX_VALUES) {
      throw new InvalidArgument(path, `expected at most ${MAX_VALUES} values, got ${value.length}`);
    }
    return value.map((item, i) => readOperand(idOf, item, [...path, i]));
  }
  return idOf !== null && typeof value === 'string' ? decodeIdOf(idOf, value, path) : value;
}

function mapValues(input: Input, change: (value: unknown, key: string) => unknown): Input {
  return Object.fromEntries(Object.entries(input).map(([key, value]) => [key, change(value, key)]));
}
