import { type Placeholder, sql } from 'drizzle-orm';
import type { Catalog } from '../catalog/catalog.ts';
import { type ProviderWhere, providersWhere } from '../catalog/provider-filter.ts';
import { type TopicWhere, topicsWhere } from '../catalog/topic-filter.ts';
import { arrayLiteral } from '../db/conditions.ts';
import type { Values } from '../db/statement.ts';
import { uuids } from '../db/window.ts';
import type { Comparison } from '../lib/comparison.ts';
import type { ArticleWhere } from './filter.ts';

/** A filter without its values: statements with the same shape have the same text. */
export interface FilterShape {
  /** Equal for filters that differ in their values only. */
  readonly key: string;
  /** The filter, with a placeholder for each value. */
  readonly where: ArticleWhere | undefined;
  /** What the placeholders stand for. */
  readonly values: Values;
}

const NO_FILTER: FilterShape = { key: '', where: undefined, values: {} };

/** Takes a filter apart. `prefix` tells its placeholders from those of other filters. */
export function shapeFilter(catalog: Catalog, where: ArticleWhere | undefined, prefix: string): FilterShape {
  return where === undefined ? NO_FILTER : new Shaper(catalog, prefix).shape(where);
}

class Shaper {
  readonly #catalog: Catalog;
  readonly #prefix: string;
  readonly #values: Record<string, unknown> = {};
  #key = '';
  #count = 0;

  constructor(catalog: Catalog, prefix: string) {
    this.#catalog = catalog;
    this.#prefix = prefix;
  }

  shape(where: ArticleWhere): FilterShape {
    const shaped = this.#where(where);
    return { key: this.#key, where: shaped, values: this.#values };
  }

  #where(where: ArticleWhere): ArticleWhere {
    this.#key += '{';
    const entries = Object.entries(where)
      .filter(([, condition]) => condition != null)
      .map(([name, condition]) => {
        this.#key += `${name}:`;
        return [name, this.#condition(name, condition)];
      });
    this.#key += '}';
    return Object.fromEntries(entries);
  }

  #condition(name: string, condition: unknown): unknown {
    switch (name) {
      case 'AND':
      case 'OR':
        return (condition as ArticleWhere[]).map((inner) => this.#where(inner));
      case 'NOT':
        return this.#where(condition as ArticleWhere);
      case 'related':
      case 'relatedBy':
        return this.#entries(condition as object, (inner) => this.#where(inner as ArticleWhere));
      case 'topics':
        return this.#entries(condition as object, (inner) => ({ ids: this.#topics(inner as TopicWhere) }));
      case 'provider':
        return { ids: this.#providers(condition as ProviderWhere) };
      case 'hasImage':
        return this.#literal(condition);
      default:
        return this.#comparison(condition as Comparison<unknown>);
    }
  }

  #comparison(comparison: Comparison<unknown>): object {
    return this.#entries(comparison, (operand) => {
      // Of the two texts that a boolean makes each has a plan of its own.
      if (typeof operand === 'boolean') return this.#literal(operand);
      return this.#hole(Array.isArray(operand) ? arrayLiteral(operand) : toParameter(operand));
    });
  }

  #entries(condition: object, shape: (value: unknown) => unknown): object {
    this.#key += '(';
    const entries = Object.entries(condition)
      .filter(([, value]) => value != null)
      .map(([name, value]) => {
        this.#key += `${name},`;
        return [name, shape(value)];
      });
    this.#key += ')';
    return Object.fromEntries(entries);
  }

  #providers(where: ProviderWhere): Placeholder {
    return this.#hole(uuids(providersWhere([...this.#catalog.providers.values()], where).map(({ id }) => id)));
  }

  #topics(where: TopicWhere): Placeholder {
    return this.#hole(uuids(topicsWhere([...this.#catalog.topics.values()], where).map(({ id }) => id)));
  }

  #literal(value: unknown): unknown {
    this.#key += String(value);
    return value;
  }

  #hole(value: unknown): Placeholder {
    const name = `${this.#prefix}w${this.#count++}`;
    this.#values[name] = value;
    return sql.placeholder(name);
  }
}

function toParameter(value: unknown): unknown {
  return value instanceof Date ? value.toISOString() : value;
}
