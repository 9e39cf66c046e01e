import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getDirectiveValues,
  getNamedType,
  getNullableType,
  type InlineFragmentNode,
  isAbstractType,
  isLeafType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { tooComplex } from '../graph/errors.ts';
import type { FieldCost } from '../graph/field-cost.ts';
import { DEFAULT_PAGE } from '../lib/page-size.ts';

/**
 * How many objects a field gives. `connection`: itself one, and its page as many as its arguments
 * say; `page`: the `edges` or `nodes` of a connection; `list`: as many as its arguments say, or
 * about as many as such lists hold.
 */
type Shape = 'leaf' | 'one' | 'connection' | 'page' | 'list';

/** A field where it stands in the answer. Fields that are merged into one are one. */
export interface Selection {
  /** Under which it stands in the answer: its alias, or its name. */
  readonly key: string;
  readonly name: string;
  /** Response keys from the root. */
  readonly path: readonly string[];
  readonly nodes: readonly FieldNode[];
  readonly parent: GraphQLObjectType;
  /** Undefined for what is asked of the schema itself: `__typename`, `__schema`, `__type`. */
  readonly field: GraphQLField<unknown, unknown> | undefined;
  readonly shape: Shape;
  /** Whether an argument says how many it gives. */
  readonly isSized: boolean;
  /** How many it gives where no argument says. */
  readonly items: number;
  /** Of each object. */
  readonly points: number;
  /** Once, however many objects there are. */
  readonly extra: number;
  /** What is selected of each object: for each type that it may have. */
  readonly branches: readonly Branch[];
}

export interface Branch {
  readonly type: GraphQLObjectType;
  readonly fields: readonly Selection[];
}

/** Lists that take no size are short: the topics of an article, the images of a provider. */
const SHORT_LIST = 5;
/**
 * Of fields and fragments, written out. A few fragments within each other write out to more than
 * there are atoms.
 */
const MAX_VISITS = 10_000;

const OF_SCHEMA = { shape: 'leaf', isSized: false, items: 0, points: 0, extra: 0, branches: [] } as const;

/** The fields of an operation as they will stand in the answer. */
export interface SelectionTree {
  /** Tells the tree from others of the operation, which other variables of `@skip` and `@include` make. */
  readonly name: string;
  readonly roots: readonly Selection[];
}

/** More trees than this no client makes of one operation. */
const MAX_TREES = 32;

/** The trees of one operation: built once, and once more for each set of fields that variables leave out. */
export class SelectionTrees {
  readonly #build: (variables: Variables) => readonly Selection[];
  readonly #conditions: readonly string[];
  readonly #known = new LRUCache<string, SelectionTree>({ max: MAX_TREES });

  constructor(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) {
    const type = schema.getRootType(operation.operation);
    this.#conditions = conditionsOf(document);
    this.#build = (variables) =>
      type ? new Tree(schema, document, variables).fieldsOf(type, [operation.selectionSet], []) : [];
  }

  /** Throws `QUERY_TOO_COMPLEX`. */
  of(variables: Variables): SelectionTree {
    const name = this.#conditions.map((variable) => String(variables[variable])).join();
    const known = this.#known.get(name);
    if (known) return known;
    const tree = { name, roots: this.#build(variables) };
    this.#known.set(name, tree);
    return tree;
  }
}

type Variables = Readonly<Record<string, unknown>>;

/** The variables that `@skip` and `@include` name. */
function conditionsOf(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive({ arguments: given = [] }) {
      for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}

class Tree {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #variables: Readonly<Record<string, unknown>>;
  #visited = 0;

  constructor(schema: GraphQLSchema, { definitions }: DocumentNode, variables: Readonly<Record<string, unknown>>) {
    this.#schema = schema;
    this.#variables = variables;
    const fragments = definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
    this.#fragments = new Map(fragments.map((node) => [node.name.value, node]));
  }

  fieldsOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[], above: readonly string[]): Selection[] {
    const merged = new Map<string, FieldNode[]>();
    for (const set of sets) this.#collect(type, set.selections, merged);
    return [...merged].map(([key, nodes]) => this.#place(type, [...above, key], nodes));
  }

  /** As execution does (GraphQL, 6.3.2). */
  #collect(type: GraphQLObjectType, selections: readonly SelectionNode[], into: Map<string, FieldNode[]>): void {
    for (const selection of selections) {
      this.#count();
      if (!this.#isIncluded(selection)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        into.set(key, [...(into.get(key) ?? []), selection]);
      } else {
        const fragment = this.#fragmentOf(selection);
        if (this.#applies(fragment?.typeCondition?.name.value, type)) {
          this.#collect(type, fragment?.selectionSet.selections ?? [], into);
        }
      }
    }
  }

  #count(): void {
    this.#visited += 1;
    if (this.#visited > MAX_VISITS) throw tooComplex('fields', this.#visited, MAX_VISITS);
  }

  #fragmentOf(selection: FragmentSpreadNode | InlineFragmentNode) {
    return selection.kind === Kind.FRAGMENT_SPREAD ? this.#fragments.get(selection.name.value) : selection;
  }

  #isIncluded(selection: SelectionNode): boolean {
    if (!selection.directives?.length) return true;
    const skip = getDirectiveValues(GraphQLSkipDirective, selection, this.#variables);
    const include = getDirectiveValues(GraphQLIncludeDirective, selection, this.#variables);
    return skip?.['if'] !== true && include?.['if'] !== false;
  }

  #applies(name: string | undefined, type: GraphQLObjectType): boolean {
    if (name === undefined || name === type.name) return true;
    const condition = this.#schema.getType(name);
    return isAbstractType(condition) && this.#schema.isSubType(condition, type);
  }

  #place(parent: GraphQLObjectType, path: readonly string[], nodes: readonly FieldNode[]): Selection {
    const name = nodes[0]?.name.value ?? '';
    const field = parent.getFields()[name];
    const place = { key: path.at(-1) ?? '', name, path, nodes, parent, field };
    // What a document asks of the schema itself costs no more than the document's length.
    if (!field) return { ...place, ...OF_SCHEMA };
    const named = getNamedType(field.type);
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const { points = 0, items } = (field.extensions['cost'] as FieldCost | undefined) ?? {};
    const shape = shapeOf(field, parent);
    return {
      ...place,
      shape,
      isSized: field.args.some(({ name }) => name === 'first'),
      items: items ?? (shape === 'connection' ? DEFAULT_PAGE : SHORT_LIST),
      points: shape === 'leaf' || isFrame(named) ? 0 : 1,
      extra: points,
      branches: this.#typesOf(named).map((type) => ({ type, fields: this.fieldsOf(type, sets, path) })),
    };
  }

  #typesOf(type: GraphQLNamedType): readonly GraphQLObjectType[] {
    if (isObjectType(type)) return [type];
    return isAbstractType(type) ? this.#schema.getPossibleTypes(type) : [];
  }
}

function shapeOf({ type }: GraphQLField<unknown, unknown>, parent: GraphQLObjectType): Shape {
  const named = getNamedType(type);
  if (isLeafType(named)) return 'leaf';
  if (isListType(getNullableType(type))) return isConnection(parent) ? 'page' : 'list';
  return isConnection(named) ? 'connection' : 'one';
}

function isConnection({ name }: GraphQLNamedType): boolean {
  return name.endsWith('Connection');
}

/** What holds a page together: with it or without, the page costs the same. */
function isFrame({ name }: GraphQLNamedType): boolean {
  return name.endsWith('Edge') || name === 'PageInfo';
}
