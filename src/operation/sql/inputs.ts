import { type FilterShape, shapeFilter } from '../../articles/filter-shape.ts';
import { type ArticleList, isWalked, isWhole } from '../../articles/lists.ts';
import { filterOwnerOf } from '../../articles/owned-filter.ts';
import { foundArticles, type SearchMode } from '../../articles/search/search.ts';
import { allArticles, articlesOf, type ListOwner, type Source } from '../../articles/sources.ts';
import type { KnownOwner } from '../../articles/tally.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { QueryClass } from '../../db/query-class.ts';
import type { Values } from '../../db/statement.ts';
import type { PerspectiveTables } from '../../db/tables.ts';
import { windowName, windowValues } from '../../db/window.ts';
import { type ListArguments, type RelatedArguments, toList, toRelatedList } from '../../graph/article/listings.ts';
import { type SearchArguments, searchAs } from '../../graph/article/search.ts';
import type { FieldSource } from '../../graph/compiled-field.ts';
import { toWindow } from '../../graph/connection.ts';
import { decodeIdOf } from '../../graph/node.ts';
import { decodeGlobalId } from '../../lib/global-id.ts';
import { addressIdOf } from '../../lib/ids.ts';
import type { Window } from '../../lib/keyset.ts';
import { MAX_PAGE } from '../../lib/page-size.ts';
import type { Selection } from '../selection.ts';
import { UnsupportedSelection } from './json.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** What the arguments of one field mean: `key` for its statement's text, `values` for its parameters. */
export interface Input {
  /** Equal for arguments that make the same text. */
  readonly key: string;
  readonly values: Values;
  readonly queryClass: QueryClass;
}

export interface ListInput extends Input {
  readonly source: (tables: PerspectiveTables) => Source;
  readonly list: ArticleList;
  readonly window: Window;
  /** The placeholder of the owner that a filter names, if it names one. */
  readonly owner: string | undefined;
  /** Whose list it is, if sync has counted all of it. */
  readonly counted: KnownOwner['owner'] | undefined;
}

export interface IdInput extends Input {
  /** The placeholder of a uuid. */
  readonly name: string;
  readonly by: 'id' | 'address';
  readonly type: string;
}

export interface ImagesInput extends Input {
  readonly limit: number;
}

export type FieldInput = ListInput | IdInput | ImagesInput;

export interface InputScope {
  readonly catalog: Catalog;
  /** How a search that no cursor decides looks for its words. */
  readonly searchMode: SearchMode;
}

/** What the arguments of a field mean; `index` tells its placeholders from those of other fields. */
export function readInput(
  source: FieldSource,
  selection: Selection,
  args: Arguments,
  index: number,
  scope: InputScope,
): FieldInput | undefined {
  const name = `f${index}`;
  switch (source.kind) {
    case 'articles':
      return isRelated(source.owner)
        ? relatedInput(source.owner, args, name, scope)
        : listInput(source.owner, args, name, scope);
    case 'search':
      return searchInput(selection, args as unknown as SearchArguments, name, scope);
    case 'article':
      return articleInput(args['by'] as { id?: string | null; url?: string | null }, name);
    case 'node':
      return nodeInput(args['id'] as string, name);
    case 'images':
      return imagesInput(args);
    default:
      return undefined;
  }
}

function isRelated(owner: ListOwner | 'all'): owner is 'related' | 'relatedBy' {
  return owner === 'related' || owner === 'relatedBy';
}

function listInput(
  owner: Exclude<ListOwner, 'related' | 'relatedBy'> | 'all',
  args: ListArguments,
  name: string,
  { catalog }: InputScope,
): ListInput {
  const list = toList(owner, args);
  const owned = owner === 'all' ? filterOwnerOf(catalog, list.where) : undefined;
  const shape = shapeFilter(catalog, owned ? owned.where : list.where, name);
  const from = owned?.owner ?? owner;
  const ownerName = owned ? `${name}owner` : undefined;
  const whole = isWhole({ ...list, where: shape.where });
  return {
    ...pageInput(from, { ...list, where: shape.where }, args, name, shape),
    source: (tables) => (from === 'all' ? allArticles(tables) : articlesOf(from, tables)),
    owner: ownerName,
    counted: whole && from !== 'image' ? from : undefined,
    ...(owned && {
      values: { ...shape.values, ...windowValues(namedWindow(list, args, name)), [`${name}owner`]: owned.id },
    }),
  };
}

function relatedInput(
  owner: 'related' | 'relatedBy',
  args: RelatedArguments,
  name: string,
  { catalog }: InputScope,
): ListInput {
  const list = toRelatedList(owner, args);
  const shape = shapeFilter(catalog, list.where, name);
  return {
    ...pageInput(owner, { ...list, where: shape.where }, args, name, shape),
    source: (tables) => articlesOf(owner, tables),
    owner: undefined,
    counted: undefined,
  };
}

function pageInput(from: string, list: ArticleList, args: ListArguments, name: string, shape: FilterShape) {
  const window = namedWindow(list, args, name);
  return {
    key: [from, list.order.name, list.includeStubs, windowName(window), shape.key].join(),
    values: { ...shape.values, ...windowValues(window) },
    queryClass: list.where === undefined || isWalked(list) ? ('indexed' as const) : ('scan' as const),
    list,
    window,
  };
}

function namedWindow(list: ArticleList, args: ListArguments, name: string): Window {
  return { ...toWindow(list.order, args), name };
}

function searchInput(selection: Selection, args: SearchArguments, name: string, scope: InputScope): ListInput {
  const withSnippet = isSelected(selection, ['edges', 'snippet']);
  const { search, list, window } = searchAs(args, scope.searchMode, withSnippet);
  const shape = shapeFilter(scope.catalog, list.where, name);
  const named = { ...window, name };
  const { name: kind, values = {} } = foundArticles(PLACELESS, search);
  return {
    key: [kind, windowName(named), shape.key].join(),
    values: { ...values, ...shape.values, ...windowValues(named) },
    queryClass: 'scan',
    source: (tables) => foundArticles(tables, search),
    list: { ...list, where: shape.where },
    window: named,
    owner: undefined,
    counted: undefined,
  };
}

/** The name and values of a search do not depend on its tables. */
const PLACELESS = {} as PerspectiveTables;

function isSelected({ branches }: Selection, [name, ...rest]: readonly string[]): boolean {
  return branches.some(({ fields }) =>
    fields.some((field) => field.name === name && (rest.length === 0 || isSelected(field, rest))),
  );
}

function articleInput({ id, url }: { id?: string | null; url?: string | null }, field: string): IdInput {
  const by = id == null ? 'address' : 'id';
  if (id == null && url == null) throw new UnsupportedSelection('article without an id or url');
  const uuid = id == null ? addressIdOf(url as string) : decodeIdOf('Article', id, ['by', 'id']);
  const name = `${field}id`;
  return { key: by, values: { [name]: uuid }, queryClass: 'indexed', name, by, type: 'Article' };
}

function nodeInput(id: string, field: string): IdInput {
  const decoded = decodeGlobalId(id);
  if (!decoded) throw new UnsupportedSelection('node without an id');
  const name = `${field}id`;
  const { type } = decoded;
  return { key: type, values: { [name]: decoded.id }, queryClass: 'indexed', name, by: 'id', type };
}

function imagesInput({ first }: Arguments): ImagesInput {
  const limit = typeof first === 'number' ? first : MAX_PAGE;
  return { key: String(limit), values: {}, queryClass: 'indexed', limit };
}
