import type { OutputRef } from '@pothos/core';
import type { GraphQLResolveInfo } from 'graphql';
import {
  decodeCursor,
  encodeCursor,
  type Order,
  type Page,
  type Position,
  pageOfSorted,
  positionOf,
  sortedBy,
  type Window,
} from '../lib/keyset.ts';
import { DEFAULT_PAGE, MAX_PAGE } from '../lib/page-size.ts';
import { InvalidArgument } from './argument-check.ts';
import { builder } from './builder.ts';
import { costs } from './field-cost.ts';
import { selectedAt } from './look-ahead.ts';

/** Where the rows of a connection come from. Each is called only for what an operation selects. */
export interface ConnectionSource<Row> {
  /** As of the rows that were read last. */
  readonly order: Order;
  page(window: Window): Page<Row> | Promise<Page<Row>>;
  count(): number | Promise<number>;
}

/** A connection before anything of it is read. */
export class Connection<Row extends object> {
  readonly #source: ConnectionSource<Row>;
  readonly #window: Window;
  #page: Promise<Page<Row>> | undefined;

  constructor(source: ConnectionSource<Row>, window: Window) {
    this.#source = source;
    this.#window = window;
  }

  async edges(): Promise<Edge<Row>[]> {
    const { rows } = await this.#read();
    const cursorOf = (row: Row) => this.#cursorOf(row);
    return rows.map((node) => ({
      node,
      // Made of what is read only if it is selected.
      get cursor() {
        return cursorOf(node);
      },
    }));
  }

  async nodes(): Promise<readonly Row[]> {
    return (await this.#read()).rows;
  }

  async totalCount(): Promise<number> {
    return this.#source.count();
  }

  async hasNextPage(): Promise<boolean> {
    const { backward, before } = this.#window;
    if (!backward && (await this.#read()).more) return true;
    return before ? this.#isAny({ after: before, backward: false }) : false;
  }

  async hasPreviousPage(): Promise<boolean> {
    const { backward, after } = this.#window;
    if (backward && (await this.#read()).more) return true;
    return after ? this.#isAny({ before: after, backward: true }) : false;
  }

  async startCursor(): Promise<string | null> {
    const row = (await this.#read()).rows[0];
    return row ? this.#cursorOf(row) : null;
  }

  async endCursor(): Promise<string | null> {
    const row = (await this.#read()).rows.at(-1);
    return row ? this.#cursorOf(row) : null;
  }

  #read(): Promise<Page<Row>> {
    this.#page ??= Promise.resolve(this.#source.page(this.#window));
    return this.#page;
  }

  /**
   * Whether the list goes on at a cursor and beyond: read from the source, as rows may have
   * changed.
   */
  async #isAny(range: Pick<Window, 'after' | 'before' | 'backward'>): Promise<boolean> {
    const { looksBehind, backward } = this.#window;
    const isBehind = looksBehind && range.backward !== backward ? (await this.#read()).isBehind : undefined;
    return isBehind ?? (await this.#source.page({ ...range, limit: 0, inclusive: true })).more;
  }

  #cursorOf(row: Row): string {
    const { order } = this.#source;
    return encodeCursor(order, positionOf(order, row));
  }
}

/** A connection over rows that are in memory. */
export function connectionOver<Row extends object>(rows: readonly Row[], order: Order, args: PageArguments) {
  const page = (window: Window) => pageOfSorted(order, sortedBy(order, rows), window);
  return new Connection<Row>({ order, page, count: () => rows.length }, toWindow(order, args));
}

export interface Edge<Row> {
  readonly node: Row;
  readonly cursor: string;
}

export interface PageArguments {
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
  readonly last?: number | null | undefined;
  readonly before?: string | null | undefined;
}

/** The arguments of a connection that is only read onward. */
export const forwardArguments = builder.args((t) => ({
  first: t.int({ description: `How many at most: 0 to ${MAX_PAGE}; ${DEFAULT_PAGE} if not given.` }),
  after: t.string({ description: 'Only what comes after this cursor.' }),
}));

/** The arguments of every other connection. */
export const pageArguments = builder.args((t) => ({
  first: t.int({
    description: `How many from the start of the range: 0 to ${MAX_PAGE}; ${DEFAULT_PAGE} if neither this nor \`last\` is given.`,
  }),
  after: t.string({ description: 'Only what comes after this cursor.' }),
  last: t.int({ description: `How many from the end of the range instead: 0 to ${MAX_PAGE}.` }),
  before: t.string({ description: 'Only what comes before this cursor.' }),
}));

/** The window that paging arguments ask for. Throws `InvalidArgument`. */
export function toWindow(order: Order, { first, after, last, before }: PageArguments): Window {
  if (first != null && last != null) {
    throw new InvalidArgument(['last'], 'expected either first or last, got both');
  }
  return {
    limit: checkLimit('first', first) ?? checkLimit('last', last) ?? DEFAULT_PAGE,
    backward: last != null,
    ...(after != null && { after: toPosition(order, 'after', after) }),
    ...(before != null && { before: toPosition(order, 'before', before) }),
  };
}

/**
 * The same window, with what of `pageInfo` is selected: that then takes no statement of its own.
 */
export function windowFor(info: GraphQLResolveInfo, window: Window): Window {
  const { backward, after, before } = window;
  const wanted = backward ? before && 'hasNextPage' : after && 'hasPreviousPage';
  const isWanted = wanted !== undefined && selectedAt(info, `pageInfo.${wanted}`).length > 0;
  return isWanted ? { ...window, looksBehind: true } : window;
}

/** A page size within its bounds, or null where none is given. Throws `InvalidArgument`. */
export function checkLimit(name: string, limit: number | null | undefined, max = MAX_PAGE): number | null {
  if (limit == null) return null;
  if (limit >= 0 && limit <= max) return limit;
  throw new InvalidArgument([name], `expected 0 to ${max}, got ${limit}`);
}

function toPosition(order: Order, name: string, cursor: string): Position {
  const position = decodeCursor(order, cursor);
  if (position) return position;
  throw new InvalidArgument([name], 'expected a cursor that this connection gave, in this order, got something else');
}

const PageInfo = builder.objectRef<Connection<object>>('PageInfo').implement({
  description: 'Where a page lies in its list (Relay Cursor Connections).',
  fields: (t) => ({
    hasNextPage: t.boolean({
      description: 'Whether the list goes on after this page.',
      resolve: (connection) => connection.hasNextPage(),
    }),
    hasPreviousPage: t.boolean({
      description: 'Whether the list begins before this page.',
      resolve: (connection) => connection.hasPreviousPage(),
    }),
    startCursor: t.string({
      nullable: true,
      description: 'The cursor of the first edge: `before` it lies the previous page. Null on an empty page.',
      resolve: (connection) => connection.startCursor(),
    }),
    endCursor: t.string({
      nullable: true,
      description: 'The cursor of the last edge: `after` it lies the next page. Null on an empty page.',
      resolve: (connection) => connection.endCursor(),
    }),
  }),
});

interface ConnectionNames {
  /**
   * Begins the names of the connection and its edge: `Article` → `ArticleConnection`,
   * `ArticleEdge`.
   */
  readonly name: string;
  /** What the list holds, for descriptions: `articles`. */
  readonly of: string;
}

/**
 * The types of a connection over `node`, with `nodes` beside `edges`. `Row` is what stands for a
 * node, and what its edge knows; `Of` what stands for the connection.
 */
export function connectionTypes<Row extends object, Of extends Connection<Row> = Connection<Row>>(
  node: OutputRef,
  { name, of }: ConnectionNames,
) {
  const edge = builder.objectRef<Edge<Row>>(`${name}Edge`);
  builder.objectType(edge, {
    description: `One of a page of ${of}, with its place in the list.`,
    fields: (t) => ({
      cursor: t.exposeString('cursor', {
        description: 'The place of this edge in the list, for `after` and `before`.',
      }),
      node: t.field({ type: node, description: 'What stands at this place.', resolve: (parent) => parent.node }),
    }),
  });
  const connection = builder.objectRef<Of>(`${name}Connection`);
  builder.objectType(connection, {
    description: `A page of ${of}.`,
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        description: 'The page, with the cursor of each.',
        resolve: (parent) => parent.edges(),
      }),
      nodes: t.field({ type: [node], description: 'The page without its edges.', resolve: (parent) => parent.nodes() }),
      pageInfo: t.field({ type: PageInfo, description: 'How to go on from here.', resolve: (parent) => parent }),
      totalCount: t.int({
        description: `How many ${of} there are on all pages together. Counted only when selected.`,
        extensions: costs({ points: 10 }),
        resolve: (parent) => parent.totalCount(),
      }),
    }),
  });
  return { connection, edge };
}
