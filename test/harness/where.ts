import fc from 'fast-check';
import { type Named, type Provider, plain, type Story, TOPICS, type Topic } from './newsroom.ts';

/** A filter of articles, providers or topics, as a client writes it. */
export type Where = Readonly<Record<string, unknown>>;

type Scalar = string | number | boolean;
type Operators = Readonly<Record<string, Scalar | readonly Scalar[] | null>>;

/** What each operator means. */
const MEANINGS: Readonly<Record<string, (value: Scalar | null, operand: never) => boolean>> = {
  eq: (value, operand: Scalar) => value === operand,
  ne: (value, operand: Scalar) => value !== operand,
  in: (value, operand: Scalar[]) => operand.some((one) => one === value),
  notIn: (value, operand: Scalar[]) => operand.every((one) => one !== value),
  gt: (value, operand: Scalar) => value !== null && value > operand,
  gte: (value, operand: Scalar) => value !== null && value >= operand,
  lt: (value, operand: Scalar) => value !== null && value < operand,
  lte: (value, operand: Scalar) => value !== null && value <= operand,
  isNull: (value, operand: boolean) => (value === null) === operand,
};

/** `read` is what a text stands for: itself, unless told. */
function compare(value: Scalar | null, operators: Operators, read: (text: string) => Scalar = (text) => text): boolean {
  const meant = (operand: Scalar) => (typeof operand === 'string' ? read(operand) : operand);
  return Object.entries(operators).every(([name, operand]) => {
    if (operand === null) return true;
    const whole = Array.isArray(operand) ? operand.map(meant) : meant(operand as Scalar);
    return MEANINGS[name]?.(value, whole as never);
  });
}

type Conditions<Thing> = Readonly<Record<string, (thing: Thing, condition: never) => boolean>>;

/** Whether a filter is true of a thing: each condition that is given must be; one that is null is not asked. */
function isTrue<Thing>(where: Where, thing: Thing, conditions: Conditions<Thing>): boolean {
  const inner = (condition: Where) => isTrue(condition, thing, conditions);
  return Object.entries(where).every(([name, condition]) => {
    if (condition === null) return true;
    if (name === 'AND') return (condition as Where[]).every(inner);
    if (name === 'OR') return (condition as Where[]).some(inner);
    if (name === 'NOT') return !inner(condition as Where);
    return conditions[name]?.(thing, condition as never);
  });
}

const NAMED: Conditions<Named> = {
  id: ({ id }, operators: Operators) => compare(id, operators),
  articleCount: ({ articleCount }, operators: Operators) => compare(articleCount, operators),
};

const PROVIDER: Conditions<Provider> = {
  ...NAMED,
  domain: ({ domain }, operators: Operators) => compare(domain, operators, (text) => text.toLowerCase()),
  name: ({ name }, operators: Operators) => compare(plain(name), operators, plain),
};

const TOPIC: Conditions<Topic> = {
  ...NAMED,
  slug: ({ slug }, operators: Operators) => compare(slug, operators),
  name: ({ slug }, operators: Operators) => compare(slug, operators, (name) => TOPICS[name] ?? name),
};

export const isTrueOfProvider = (where: Where, provider: Provider) => isTrue(where, provider, PROVIDER);
export const isTrueOfTopic = (where: Where, topic: Topic) => isTrue(where, topic, TOPIC);

interface List {
  readonly some?: Where | null;
  readonly none?: Where | null;
}

function isTrueOfList<Thing>(
  list: readonly Thing[],
  { some, none }: List,
  is: (where: Where, thing: Thing) => boolean,
) {
  return (!some || list.some((thing) => is(some, thing))) && (!none || list.every((thing) => !is(none, thing)));
}

/** Tells whether a filter is true of an article, from what the articles say of themselves and nothing else. */
export function referee(stories: readonly Story[]): (where: Where, story: Story) => boolean {
  const byId = new Map(stories.map((story) => [story.id, story]));
  const all = (nodes: Story['related']['nodes']) => nodes.map(({ id }) => byId.get(id) as Story);
  const conditions: Conditions<Story> = {
    id: ({ id }, operators: Operators) => compare(id, operators),
    type: ({ type }, operators: Operators) => compare(type, operators),
    category: ({ category }, operators: Operators) => compare(category, operators),
    publishedDateTime: (story, operators: Operators) =>
      compare(Date.parse(story.publishedDateTime), operators, Date.parse),
    quality: ({ quality }, operators: Operators) => compare(quality, operators),
    heat: ({ heat }, operators: Operators) => compare(heat, operators),
    published: ({ published }, operators: Operators) => compare(published, operators),
    isStub: ({ isStub }, operators: Operators) => compare(isStub, operators),
    hasImage: ({ images }, wanted: boolean) => images.length > 0 === wanted,
    provider: ({ provider }, where: Where) => isTrueOfProvider(where, provider),
    topics: ({ topics }, list: List) => isTrueOfList(topics, list, isTrueOfTopic),
    related: ({ related }, list: List) => isTrueOfList(all(related.nodes), list, isTrueOfStory),
    relatedBy: ({ relatedBy }, list: List) => isTrueOfList(all(relatedBy.nodes), list, isTrueOfStory),
  };
  const isTrueOfStory = (where: Where, story: Story) => isTrue(where, story, conditions);
  return isTrueOfStory;
}

type Fields = Readonly<Record<string, fc.Arbitrary<unknown>>>;

/** One or two of these fields, now and then none; now and then null. */
function someOf(fields: Fields): fc.Arbitrary<Where> {
  const one = Object.entries(fields).map(([name, value]) =>
    fc.option(value, { freq: 25 }).map((given) => ({ [name]: given })),
  );
  return fc.oneof(
    {
      weight: 25,
      arbitrary: fc.array(fc.oneof(...one), { minLength: 1, maxLength: 2 }).map((given) => Object.assign({}, ...given)),
    },
    { weight: 1, arbitrary: fc.constant({}) },
  );
}

function operators(value: fc.Arbitrary<Scalar>, ...others: ('order' | 'isNull')[]): fc.Arbitrary<Where> {
  const list = fc.array(value, { maxLength: 3 });
  return someOf({
    eq: value,
    ne: value,
    in: list,
    notIn: list,
    ...(others.includes('order') && { gt: value, gte: value, lt: value, lte: value }),
    ...(others.includes('isNull') && { isNull: fc.boolean() }),
  });
}

/** Filters of articles: of what these articles say, so that most are true of some and not of others. */
export function whereOf(stories: readonly Story[]): fc.Arbitrary<Where> {
  return nested(stories, 3).filter((where) => joinsIn(where) <= 8);
}

function nested(stories: readonly Story[], depth: number): fc.Arbitrary<Where> {
  const own = {
    id: operators(among(stories, ({ id }) => id)),
    type: operators(fc.constantFrom('ARTICLE', 'VIDEO', 'PODCAST', 'OTHER', 'COURSE')),
    category: operators(
      among(stories, ({ category }) => category ?? 'nothing'),
      'isNull',
    ),
    publishedDateTime: operators(
      among(stories, (story) => story.publishedDateTime),
      'order',
    ),
    quality: operators(
      among(stories, ({ quality }) => quality ?? 7),
      'order',
      'isNull',
    ),
    heat: operators(
      among(stories, ({ heat }) => heat ?? 7),
      'order',
      'isNull',
    ),
    published: someOf({ eq: fc.boolean(), ne: fc.boolean() }),
    isStub: someOf({ eq: fc.boolean(), ne: fc.boolean() }),
    hasImage: fc.boolean(),
    provider: providerWhereOf(stories),
    topics: someOf({ some: topicWhereOf(stories), none: topicWhereOf(stories) }),
  };
  if (depth === 0) return someOf(own);
  const inner = nested(stories, depth - 1);
  const others = someOf({ some: inner, none: inner });
  return someOf({ ...own, ...joined(inner), related: others, relatedBy: others });
}

export function providerWhereOf(stories: readonly Story[], depth = 2): fc.Arbitrary<Where> {
  const providers = stories.map(({ provider }) => provider);
  const own = {
    ...namedOf(providers),
    domain: operators(
      fc.oneof(
        among(providers, ({ domain }) => domain),
        among(providers, ({ domain }) => domain.toUpperCase()),
      ),
    ),
    name: operators(
      fc.oneof(
        among(providers, ({ name }) => name),
        among(providers, ({ name }) => plain(name)),
      ),
      'isNull',
    ),
  };
  return someOf(depth === 0 ? own : { ...own, ...joined(providerWhereOf(stories, depth - 1)) });
}

export function topicWhereOf(stories: readonly Story[], depth = 2): fc.Arbitrary<Where> {
  const topics = stories.flatMap((story) => story.topics);
  const own = {
    ...namedOf(topics),
    slug: operators(fc.constantFrom(...Object.values(TOPICS)), 'isNull'),
    name: operators(fc.constantFrom(...Object.keys(TOPICS)), 'isNull'),
  };
  return someOf(depth === 0 ? own : { ...own, ...joined(topicWhereOf(stories, depth - 1)) });
}

function namedOf(things: readonly Named[]): Fields {
  return {
    id: operators(among(things, ({ id }) => id)),
    articleCount: operators(
      among(things, ({ articleCount }) => articleCount),
      'order',
      'isNull',
    ),
  };
}

function joined(inner: fc.Arbitrary<Where>): Fields {
  const list = fc.array(inner, { maxLength: 3 });
  return { AND: list, OR: list, NOT: inner };
}

function among<Thing, Value>(things: readonly Thing[], pick: (thing: Thing) => Value): fc.Arbitrary<Value> {
  return fc.constantFrom(...new Set(things.map(pick)));
}

/** Filters of related articles, of which there may be 8. */
function joinsIn(where: Where): number {
  return JSON.stringify(where).match(/"(some|none)":{/g)?.length ?? 0;
}
