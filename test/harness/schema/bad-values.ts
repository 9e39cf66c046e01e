import {
  type GraphQLInputType,
  type GraphQLNamedInputType,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
} from 'graphql';
import { type Argument, leavesOf, type Path } from './schema-arguments.ts';

export const base64 = (text: string) => Buffer.from(text).toString('base64url');
export const idOf = (type: string) => base64(`${type}:00000000-0000-8000-8000-000000000000`);
export const provider = idOf('Provider');
export const related = base64(JSON.stringify(['FILE_ORDER', 0]));
export const farAway = base64(JSON.stringify(['all:NEWEST', 9e15, '00000000-0000-8000-8000-000000000000']));
export const NO_TEXT = ['a\0b', '\0', 'a\ud800', '\udc00b', '\ud800\ud800'];

/** Of each type, values that it does not allow. */
export const INVALID: Readonly<Record<string, readonly unknown[]>> = {
  Int: [2 ** 31, -(2 ** 31) - 1, 2 ** 63, -(2 ** 63), 1e300, 1.5, '1', 'ten', '', true, {}],
  String: [5, true, {}, ['a', 'b']],
  ID: [1.5, true, {}, ['a', 'b']],
  Boolean: ['true', 1, 0, {}],
  DateTime: [
    ...['2023-02-31T00:00:00Z', '2023-02-29T00:00:00Z', '2023-13-01T00:00:00Z', '2023-05-10T24:00:00Z'],
    ...['2023-05-10T13:42:00', '2023-05-10', '13:42:00Z', 'yesterday', 'infinity', 'now', '', ...NO_TEXT],
    ...['10000-01-01T00:00:00Z', '+010000-01-01T00:00:00Z', '-000001-01-01T00:00:00Z', '0000-12-31T23:59:59Z'],
    ...['0001-01-01T00:00:00+00:01', '9999-12-31T23:59:59-00:01', '2023-05-10T13:42:00+25:00', 1683726120, {}],
  ],
  URL: [
    ...['nonsense', '', '/path', '//example.com/', 'example.com', 'https://', 'http:', 'https://exa mple.com/'],
    ...['ftp://example.com/', 'file:///etc/passwd', 'javascript:alert(1)', 'data:text/html,x', 'mailto:a@example.com'],
    ...['https://user:password@example.com/', 'https://example.com/\0', 'https://example.com/\n', 5, {}],
  ],
  enum: ['BEST', 'newest', '', ' ', 0, true, {}, ...NO_TEXT],
};

/** Of each type, values that it allows, and that mean nothing wherever they stand. */
export const MEANINGLESS: Readonly<Record<string, readonly unknown[]>> = {
  String: NO_TEXT,
  ID: ['x', '', '%', 5, 2 ** 53, '9223372036854775808', provider.slice(1), `${provider}=`, idOf('Query'), ...NO_TEXT],
  URL: ['https://example.com/\ud800', 'https://example.com/\udc00b'],
};

/** Page sizes and cursors are more than their types say. */
export const MEANINGLESS_ARGUMENTS: Readonly<Record<string, readonly unknown[]>> = {
  first: [-1, -(2 ** 31), 2 ** 31 - 1],
  last: [-1, -(2 ** 31), 2 ** 31 - 1],
  after: ['', 'x', 'null', related, farAway, provider, base64('[]'), base64('["all:NEWEST"]')],
  before: ['', 'x', 'null', related, farAway, provider, base64('[]'), base64('["all:NEWEST"]')],
};

/** Of each type, values on the edge of what it allows. */
export const LEGAL: Readonly<Record<string, readonly unknown[]>> = {
  Int: [2 ** 31 - 1, -(2 ** 31), 0, -1],
  String: ['', '%_\\', `"it's" {,} $1; --`, '🚀 שלום \u0001\t\r\n\ufeff\uffff', 'x'.repeat(10_240), 'null'],
  Boolean: [true, false],
  DateTime: [
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999Z',
    '2024-02-29T23:59:59+14:00',
    '2023-05-10T13:42:00.123456789-12:00',
  ],
  URL: [
    'https://example.org/',
    `http://[::1]:8080/a b/ä?q=%zz&q='"\\#x`,
    `HTTPS://EXAMPLE.ORG/${'x'.repeat(10_240)}`,
    'http://xn--nxasmq6b/🚀',
  ],
};

export const kindOf = (type: GraphQLNamedInputType) => (isEnumType(type) ? 'enum' : type.name);

export interface Bad {
  readonly value: unknown;
  /** From the field: `['where', 'id', 'eq']`. */
  readonly path: Path;
}

export function badValuesOf({ argument }: Argument, table: Readonly<Record<string, readonly unknown[]>>): Bad[] {
  return leavesOf(argument.type).flatMap(({ type, path, around }) =>
    (table[kindOf(type)] ?? []).map((value) => ({ value: around(value), path: [argument.name, ...path] })),
  );
}

/** A whole argument with a value on the edge at each of its places, the n-th of each type. */
export function legalValueOf(type: GraphQLInputType, n: number, above: readonly GraphQLNamedInputType[] = []): unknown {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return [legalValueOf(nullable.ofType, n, above)];
  const named = getNamedType(type);
  if (isEnumType(named)) return named.getValues()[n % named.getValues().length]?.name;
  if (named.name === 'ID')
    return idOf(above.findLast(({ name }) => /(Where|By)$/.test(name))?.name.replace(/(Where|By)$/, '') ?? 'Topic');
  if (!isInputObjectType(named)) return LEGAL[named.name]?.[n % (LEGAL[named.name]?.length ?? 1)];
  const fields = Object.values(named.getFields()).filter(
    (field) => ![...above, named].includes(getNamedType(field.type)),
  );
  const given = named.isOneOf ? fields.slice(n % fields.length, (n % fields.length) + 1) : fields;
  return Object.fromEntries(given.map((field) => [field.name, legalValueOf(field.type, n, [...above, named])]));
}
