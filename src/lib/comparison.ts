/**
 * What a filter asks of one value. Each operator that is given must hold; one that is left out or
 * null asks nothing. A value that is absent (null) is different from every other (`ne`, `notIn`
 * hold) and neither less nor greater.
 */
export interface Comparison<Value> {
  readonly eq?: Value | null | undefined;
  readonly ne?: Value | null | undefined;
  /** One of these: an empty list holds of nothing. */
  readonly in?: readonly Value[] | null | undefined;
  /** None of these: an empty list holds of everything. */
  readonly notIn?: readonly Value[] | null | undefined;
  readonly gt?: Value | null | undefined;
  readonly gte?: Value | null | undefined;
  readonly lt?: Value | null | undefined;
  readonly lte?: Value | null | undefined;
  /** Whether the value is absent. */
  readonly isNull?: boolean | null | undefined;
}

/** `fold` makes values comparable: texts in one case. */
export function holds<Value extends Date | boolean | number | string>(
  value: Value | null,
  comparison: Comparison<Value> | null | undefined,
  fold: (value: Value) => Value = (it) => it,
): boolean {
  if (comparison == null) return true;
  const mine = value === null ? null : fold(value);
  return (Object.keys(comparison) as (keyof Comparison<Value>)[]).every((operator) => {
    const operand = comparison[operator];
    return operand == null || OPERATORS[operator](mine, foldAll(operand, fold));
  });
}

type Operator = (mine: unknown, operand: never) => boolean;

const OPERATORS: Readonly<Record<keyof Comparison<unknown>, Operator>> = {
  eq: (mine, operand) => same(mine, operand),
  ne: (mine, operand) => !same(mine, operand),
  in: (mine, operands: unknown[]) => operands.some((operand) => same(mine, operand)),
  notIn: (mine, operands: unknown[]) => !operands.some((operand) => same(mine, operand)),
  gt: (mine, operand) => mine !== null && (mine as number) > operand,
  gte: (mine, operand) => mine !== null && (mine as number) >= operand,
  lt: (mine, operand) => mine !== null && (mine as number) < operand,
  lte: (mine, operand) => mine !== null && (mine as number) <= operand,
  isNull: (mine, operand) => (mine === null) === operand,
};

function same(a: unknown, b: unknown): boolean {
  return a instanceof Date && b instanceof Date ? a.getTime() === b.getTime() : a === b;
}

function foldAll<Value>(operand: boolean | Value | readonly Value[], fold: (value: Value) => Value): never {
  return (
    Array.isArray(operand) ? operand.map(fold) : typeof operand === 'boolean' ? operand : fold(operand as Value)
  ) as never;
}

/**
 * Conditions joined: `AND: []` holds of everything, `OR: []` of nothing, and `NOT` of what its
 * condition does not hold of.
 */
export interface Joined<Where> {
  readonly AND?: readonly Where[] | null | undefined;
  readonly OR?: readonly Where[] | null | undefined;
  readonly NOT?: Where | null | undefined;
}

export function holdsJoined<Where>({ AND, OR, NOT }: Joined<Where>, holdsOf: (where: Where) => boolean): boolean {
  return (AND == null || AND.every(holdsOf)) && (OR == null || OR.some(holdsOf)) && (NOT == null || !holdsOf(NOT));
}
