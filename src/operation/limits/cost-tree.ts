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
} from 'graphql';
import { tooComplex } from '../../graph/errors.ts';
import type { FieldCost } from '../../graph/field-cost.ts';
import { DEFAULT_PAGE } from '../../lib/page-size.ts';

/**
 * How many objects a field gives. `connection`: itself one, and its page as many as its arguments
 * say; `page`: the `edges` or `nodes` of a connection; `list`: as many as its arguments say, or
 * about as many as such lists hold.
 */
type Shape = 'leaf' | 'one' | 'connection' | 'page' | 'list';

/** A field where it stands in the answer. Fields that are merged into one are one. */
export interface CostNode {
  /** Response keys from the root. */
  readonly path: readonly string[];
  readonly nodes: readonly FieldNode[];
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
  readonly branches: ReadonlyArray<readonly CostNode[]>;
}

/** Lists that take no size are short: the topics of an article, the images of a provider. */
const SHORT_LIST = 5;
/**
 * Of fields and fragments, written out. A few fragments within each other write out to more than
 * there are atoms.
 */
const MAX_VISITS = 10_000;

/** The fields of an operation as they will stand in the answer. Throws `QUERY_TOO_COMPLEX`. */
export function costTree(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): readonly CostNode[] {
  const type = schema.getRootType(operation.operation);
  return type ? new Tree(schema, document, variables).fieldsOf(type, [operation.selectionSet], []) : [];
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

  fieldsOf(type: GraphQLObjectType, sets: readonly SelectionSetNode[], above: readonly string[]): CostNode[] {
    const merged = new Map<string, FieldNode[]>();
    for (const set of sets) this.#collect(type, set.selections, merged);
    return [...merged].flatMap(([key, nodes]) => this.#place(type, [...above, key], nodes) ?? []);
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

  #place(parent: GraphQLObjectType, path: readonly string[], nodes: readonly FieldNode[]): CostNode | null {
    const [first] = nodes;
    // What a document asks of the schema itself costs no more than the document's length.
    const field = first && parent.getFields()[first.name.value];
    if (!field) return null;
    const named = getNamedType(field.type);
    const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
    const { points = 0, items } = (field.extensions['cost'] as FieldCost | undefined) ?? {};
    const shape = shapeOf(field, parent);
    return {
      path,
      nodes,
      shape,
      isSized: field.args.some(({ name }) => name === 'first'),
      items: items ?? (shape === 'connection' ? DEFAULT_PAGE : SHORT_LIST),
      points: shape === 'leaf' || isFrame(named) ? 0 : 1,
      extra: points,
      branches: this.#typesOf(named).map((type) => this.fieldsOf(type, sets, path)),
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
