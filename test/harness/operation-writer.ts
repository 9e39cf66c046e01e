import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
} from 'graphql';
import { schema } from '../../src/graph/schema.ts';
import type { Random } from './faults/faults.ts';

const MAX_DEPTH = 6;
/** From then on only leaves. */
const MAX_FIELDS = 40;

/** What an argument may be, as a literal or, with its type, as the value of a variable. */
interface Value {
  readonly literal: string;
  readonly type?: string;
  readonly value?: unknown;
}

const text = (value: string): Value => ({ literal: JSON.stringify(value), type: 'String', value });

const INTS: readonly Value[] = [0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, -1, null].map((value) => ({
  literal: `${value}`,
  type: 'Int',
  value,
}));
const CURSORS: readonly Value[] = [text('nonsense'), { literal: 'null', type: 'String', value: null }];
const ORDERS = { ArticleOrder: ['NEWEST', 'OLDEST', 'HEAT', 'TRENDING'], NamedOrder: ['NAME', 'ARTICLE_COUNT'] };
const URLS = ['story-1', 'story-2', 'stub-1', 'nobody'].map((name) => `https://example.com/${name}`);

/** By argument, or by `Field.argument` where its name alone does not say what it may be. */
function valuesOf(argument: GraphQLArgument, field: string, ids: readonly string[]): readonly Value[] {
  const { name } = argument;
  const type = getNamedType(argument.type).name;
  if (name === 'first' || name === 'last') return INTS;
  if (name === 'after' || name === 'before') return CURSORS;
  if (name === 'orderBy') return ORDERS[type as keyof typeof ORDERS].map((value) => ({ literal: value, type, value }));
  if (name === 'includeStubs') return [true, false].map((value) => ({ literal: `${value}`, type: 'Boolean', value }));
  if (name === 'query')
    return ['story', 'nothing at all', 'storry'].map((value) => ({ ...text(value), type: 'String!' }));
  if (name === 'id') return ids.map((value) => ({ ...text(value), type: 'ID!' }));
  if (name === 'ids')
    return [ids, ids.slice(1, 3), []].map((value) => ({ literal: JSON.stringify(value), type: '[ID!]!', value }));
  if (name === 'by') return BY[field] ?? [];
  if (type === 'ArticleWhere') return ARTICLE_WHERES.map((literal) => ({ literal }));
  return ['{}', '{ articleCount: { gt: 1 } }', '{ name: { in: ["AI", "zebra"] } }'].map((literal) => ({ literal }));
}

const BY: Readonly<Record<string, readonly Value[]>> = {
  article: URLS.map((url) => ({ literal: `{ url: "${url}" }`, type: 'ArticleBy!', value: { url } })),
  provider: ['zebra.example', 'nobody.example'].map((domain) => ({
    literal: `{ domain: "${domain}" }`,
    type: 'ProviderBy!',
    value: { domain },
  })),
  topic: ['ai', 'zoo', 'nothing'].map((slug) => ({
    literal: `{ slug: "${slug}" }`,
    type: 'TopicBy!',
    value: { slug },
  })),
};

const ARTICLE_WHERES = [
  '{}',
  '{ hasImage: true }',
  '{ NOT: { quality: { gt: 10 } } }',
  '{ publishedDateTime: { gte: "2023-05-11T00:00:00Z" } }',
  '{ OR: [{ type: { eq: VIDEO } }, { topics: { some: { slug: { eq: "ai" } } } }] }',
];

/** How likely an argument is to be given that need not be, in percent. */
const LIKELY: Readonly<Record<string, number>> = { first: 95, orderBy: 20, where: 20, includeStubs: 20 };

/** Also such as mean something to JavaScript, and such as a compiler may mistake for a path. */
const ALIASES = [
  'a',
  'b',
  'a_b',
  'b_c',
  'c',
  'constructor',
  'toString',
  'then',
  'length',
  '_',
  '__proto__',
  'data',
  'parent',
];

/** Writes one operation that the schema allows, and the variables to execute it with. */
export class OperationWriter {
  readonly #random: Random;
  readonly #ids: readonly string[];
  readonly #definitions: string[] = [];
  readonly #fragments: string[] = [];
  readonly #known = new Map<string, { readonly name: string; readonly depth: number }[]>();
  readonly variables: Record<string, unknown> = {};
  #fields = 0;

  constructor(random: Random, ids: readonly string[]) {
    this.#random = random;
    this.#ids = ids;
  }

  operation(): string {
    const selection = this.#selection(schema.getQueryType() as GraphQLNamedType, 0);
    const definitions = this.#definitions.length > 0 ? `(${this.#definitions.join(', ')})` : '';
    return [`query Generated${definitions} ${selection}`, ...this.#fragments].join('\n');
  }

  #pick<T>(items: readonly T[]): T {
    return this.#random.pick(items);
  }

  #chance(percent: number): boolean {
    return this.#random.next() * 100 < percent;
  }

  #selection(type: GraphQLNamedType, depth: number): string {
    const count = this.#pick(depth === 0 ? [1, 2, 3] : [1, 2, 3, 4]);
    const parts = Array.from({ length: count }, () => this.#part(type, depth));
    return `{ ${parts.join(' ')} }`;
  }

  #part(type: GraphQLNamedType, depth: number): string {
    if (this.#chance(8)) return `${this.#alias()}__typename${this.#directives()}`;
    if (this.#chance(10)) return `...${this.#directives()} ${this.#selection(type, depth)}`;
    if (this.#chance(10)) return `... on ${type.name}${this.#directives()} ${this.#selection(type, depth)}`;
    if (this.#chance(10)) return `...${this.#fragment(type, depth)}${this.#directives()}`;
    if (isInterfaceType(type) && this.#chance(70)) {
      const concrete = this.#pick(schema.getPossibleTypes(type));
      return `... on ${concrete.name}${this.#directives()} ${this.#selection(concrete, depth)}`;
    }
    return this.#field(type, depth);
  }

  /** A new one, or one that is used already: fragments that are spread in several places are worth a look. */
  #fragment(type: GraphQLNamedType, depth: number): string {
    const known = this.#known.get(type.name) ?? [];
    // What was made for a place nearer to the root may be too deep for this one.
    const fitting = known.filter((fragment) => fragment.depth >= depth);
    if (fitting.length > 0 && this.#chance(50)) return this.#pick(fitting).name;
    const selection = this.#selection(type, depth);
    const name = `F${this.#fragments.length}`;
    this.#fragments.push(`fragment ${name} on ${type.name} ${selection}`);
    this.#known.set(type.name, [...(this.#known.get(type.name) ?? []), { name, depth }]);
    return name;
  }

  #field(type: GraphQLNamedType, depth: number): string {
    if (!isObjectType(type) && !isInterfaceType(type)) throw new Error(`expected a type with fields, got ${type.name}`);
    const fields = Object.values(type.getFields());
    const leaves = fields.filter((field) => isLeafType(getNamedType(field.type)));
    this.#fields += 1;
    const isDeepEnough = depth >= MAX_DEPTH || this.#fields > MAX_FIELDS;
    const field = this.#pick(isDeepEnough && leaves.length > 0 ? leaves : fields);
    const given = this.#arguments(field);
    // Under one name, it would have to be asked for with the same arguments everywhere.
    const alias = given && this.#chance(95) ? `${field.name}${this.#fields}: ` : this.#alias();
    const head = `${alias}${field.name}${given}`;
    const inner = getNamedType(field.type);
    const one = () => `${head}${this.#directives()}${isLeafType(inner) ? '' : ` ${this.#selection(inner, depth + 1)}`}`;
    // Twice, it is merged.
    return this.#chance(10) ? `${one()} ${one()}` : one();
  }

  #alias(): string {
    return this.#chance(6) ? `${this.#pick(ALIASES)}: ` : '';
  }

  #arguments(field: GraphQLField<unknown, unknown>): string {
    // Lists multiply: few are longer than they are asked to be.
    const given = field.args.filter(({ name, type }) => `${type}`.endsWith('!') || this.#chance(LIKELY[name] ?? 3));
    const written = given.map((argument) => {
      const value = this.#pick(valuesOf(argument, field.name, this.#ids));
      return `${argument.name}: ${value.type && this.#chance(40) ? this.#variable(value.type, value) : value.literal}`;
    });
    return written.length > 0 ? `(${written.join(', ')})` : '';
  }

  #directives(): string {
    if (!this.#chance(1)) return '';
    const condition = () => {
      const value = this.#chance(50);
      return this.#chance(70) ? this.#variable('Boolean!', { literal: `${value}`, value }) : `${value}`;
    };
    const directive = `@${this.#pick(['skip', 'include'])}(if: ${condition()})`;
    return this.#chance(20) ? ` @include(if: ${condition()}) @skip(if: ${condition()})` : ` ${directive}`;
  }

  #variable(type: string, { literal, value }: Value): string {
    const name = this.#chance(10) ? `__v${this.#definitions.length}` : `v${this.#definitions.length}`;
    const isGiven = this.#chance(85);
    const needsDefault = !isGiven && type.endsWith('!');
    const hasDefault = needsDefault || this.#chance(25);
    this.#definitions.push(`$${name}: ${type}${hasDefault ? ` = ${literal}` : ''}`);
    if (isGiven) this.variables[name] = value;
    return `$${name}`;
  }
}
