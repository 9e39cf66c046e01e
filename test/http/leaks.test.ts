import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  getIntrospectionQuery,
  getNamedType,
  isAbstractType,
  isEnumType,
  isLeafType,
  isRequiredArgument,
} from 'graphql';
import { pino } from 'pino';
import { documentSchema } from '../../src/content/documents/document.ts';
import { sync } from '../../src/content/sync.ts';
import { schema } from '../../src/graph/schema.ts';
import { toUtf8 } from '../../src/lib/utf8.ts';
import { Answer } from '../../src/operation/answer.ts';
import { canariesIn, PUBLISHED, SECRET, servedCanaries } from '../harness/canaries.ts';
import { engines } from '../harness/engines.ts';
import { EventStream } from '../harness/event-stream.ts';
import { testFolder } from '../harness/files.ts';
import { decoded, HttpServer, type Received, type Sending } from '../harness/http-client.ts';
import { idOf } from '../harness/schema/bad-values.ts';
import {
  ARGUMENTS,
  type Argument,
  leavesOf,
  ORDERED,
  operationOf,
  type Path,
  variablesOf,
} from '../harness/schema/schema-arguments.ts';

const TOKEN = 'a-preview-token';
const PREVIEW_TOKENS = [createHash('sha256').update(TOKEN).digest('hex')];
const WITH_TOKEN = { authorization: `Bearer ${TOKEN}` };

/** Fields within fields that the walks over the schema go. */
const DEPTH = 5;

/** Of a URL, with its variables in it: longer questions are only posted. */
const MAX_URL = 8_000;

interface Question {
  readonly query: string;
  readonly variables?: object;
}

/** What there is to be asked for by name: all that an editor sees, published or not. */
interface Names {
  readonly ids: readonly string[];
  readonly urls: readonly string[];
  /** Names, slugs, domains, categories, and first words of titles. */
  readonly texts: readonly string[];
}

const post = ({ query, variables }: Question): Sending => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ query, variables }),
});

const get = ({ query, variables = {} }: Question): Sending => ({
  path: `/graphql?${new URLSearchParams({ query, variables: JSON.stringify(variables) })}`,
});

const withHeaders = (sending: Sending, headers: Readonly<Record<string, string>>): Sending => ({
  ...sending,
  headers: { ...sending.headers, ...headers },
});

/** The same question, of which the first answer is told as an event. */
function subscribe({ query, variables }: Question): Sending {
  const live = query.replace(/^(?:query )?(\([^)]*\) )?(\{.*\})$/s, 'subscription $1{ live $2 }');
  return withHeaders(post({ query: live, ...(variables && { variables }) }), { accept: 'text/event-stream' });
}

const ROOTS = (schema.getQueryType() as GraphQLObjectType).getFields();

/** Everything that can be selected of a type, to a depth. */
function walkOf(type: GraphQLNamedType, depth: number): string {
  if (isLeafType(type)) return '';
  if (isAbstractType(type)) {
    const branches = schema.getPossibleTypes(type).map((each) => `... on ${each.name} ${walkOf(each, depth)}`);
    return `{ __typename ${branches.join(' ')} }`;
  }
  const fields = Object.values((type as GraphQLObjectType).getFields()).flatMap((field) => {
    const of = getNamedType(field.type);
    if (field.args.some(isRequiredArgument) || (depth === 1 && !isLeafType(of))) return [];
    const page = field.args.some(({ name }) => name === 'first') ? '(first: 3)' : '';
    return [`${field.name}${page} ${walkOf(of, depth - 1)}`];
  });
  return `{ __typename ${fields.join(' ')} }`;
}

/** A root field with arguments, and everything within it. */
function walkFrom(name: string, given: string, depth: number): string {
  const { type } = ROOTS[name] as GraphQLField<unknown, unknown>;
  return `${name}(${given}) ${walkOf(getNamedType(type), depth)}`;
}

/** Each list of the root in each of its orders: all of it, and its end. The first order is walked to the full depth. */
function lists(): Question[] {
  return Object.values(ROOTS).flatMap(({ name, args }) => {
    const orderBy = args.find((argument) => argument.name === 'orderBy');
    const orders = orderBy && getNamedType(orderBy.type);
    if (!isEnumType(orders)) return [];
    const stubs = args.some((argument) => argument.name === 'includeStubs') ? ', includeStubs: true' : '';
    return orders
      .getValues()
      .flatMap((order, i) => [
        { query: `{ ${walkFrom(name, `first: 100, orderBy: ${order.name}${stubs}`, 3)} }` },
        { query: `{ ${walkFrom(name, `last: 2, orderBy: ${order.name}`, i === 0 ? DEPTH : 2)} }` },
      ]);
  });
}

/** Every root field that finds one thing, or what has a word, asked for everything that has a name: for so many at once. */
function lookups({ ids, urls, texts }: Names, atOnce = 8): Question[] {
  const ask = (type: string, values: readonly string[], fieldsFor: (name: string) => readonly string[]) =>
    chunks(values, atOnce).map((some) => {
      const fields = some.flatMap((_, i) => fieldsFor(`v${i}`).map((field, j) => `v${i}_${j}: ${field}`));
      const query = `query (${some.map((_, i) => `$v${i}: ${type}!`)}) { ${fields.join(' ')} }`;
      return { query, variables: variablesOf(some) };
    });
  const by = (name: string, argument: string) => walkFrom(name, `by: { ${argument} }`, 1);
  const search = (value: string) => walkFrom('search', `query: $${value}`, 2);
  return [
    ...ask('ID', ids, (v) => [
      walkFrom('node', `id: $${v}`, 1),
      ...['article', 'provider', 'topic'].map((name) => by(name, `id: $${v}`)),
    ]),
    ...ask('URL', urls, (v) => [by('article', `url: $${v}`)]),
    ...ask('String', texts, (v) => [by('provider', `domain: $${v}`), by('topic', `slug: $${v}`), search(v)]),
    ...ask('String', texts, (v) => [by('topic', `name: $${v}`)]),
    ...ask('String', [...new Set(texts.map((text) => text.slice(0, 9)))], (v) => [search(v)]),
    { query: `query ($ids: [ID!]!) { ${walkFrom('nodes', 'ids: $ids', 3)} }`, variables: { ids: ids.slice(-100) } },
  ];
}

/** Some published stories, with all that is around them. */
function stories(): Question[] {
  const walk = (name: string) => walkFrom('article', `by: { url: "https://example.com/${name}" }`, DEPTH);
  return ['lead', 'second', 'older', 'coverage'].map((name) => ({ query: `{ ${walk(name)} }` }));
}

/**
 * Every argument that filters, with what is secret at each place within it: by every operator in the lists of the root, which
 * all others are filtered like, and by `in` in those others.
 */
function filters({ ids, texts }: Names): Question[] {
  const canaries = [...servedCanaries()];
  const values: Readonly<Record<string, readonly unknown[]>> = {
    String: texts.filter((text) => canariesIn(text).size > 0),
    Int: canaries.filter((canary) => /^\d+$/.test(canary)).map(Number),
    DateTime: canaries.filter((canary) => /^\d+-/.test(canary)).map((date) => `${date.toUpperCase()}00:00:00Z`),
    Boolean: [true, false],
    ArticleType: ['COURSE'],
  };
  const idsOf = (type: string) => ids.filter((id) => Buffer.from(id, 'base64url').toString().startsWith(`${type}:`));
  return ARGUMENTS.filter(({ argument }) => argument.name === 'where').flatMap((where) => {
    const isRoot = where.above.length === 0;
    const hasAll = isRoot && where.field.name !== 'search';
    const leaves = leavesOf(where.argument.type).map(({ type, path, around }, i) => {
      const given = type.name === 'ID' ? idsOf(typeAt(where, path)) : (values[type.name] ?? []);
      const operator = path.at(-2);
      const isInList = operator === 'in' || operator === 'notIn';
      const value = isInList ? unnested(around(given.slice(0, 100))) : around(given[i % given.length]);
      return { value, isWanted: hasAll || operator === 'in', isInList };
    });
    const wanted = leaves.filter(({ isWanted }) => isWanted);
    const valuesOf = (isInList: boolean) =>
      wanted.filter((each) => each.isInList === isInList).map(({ value }) => value);
    const ask = (selection: string) => (some: readonly unknown[]) => ({
      query: operationOf(where, some.length, selection, ', first: 2'),
      variables: variablesOf(some),
    });
    return [
      ...chunks(valuesOf(true), 10).map(ask(isRoot ? walkOf(getNamedType(where.field.type), 2) : COUNT)),
      ...chunks(valuesOf(false), 50).map(ask(COUNT)),
    ];
  });
}

const COUNT = '{ totalCount }';

/** The type whose `id` stands at a place in a filter. */
function typeAt({ argument }: Argument, path: Path): string {
  const found = path.findLast((step) => step === 'provider' || step === 'topics');
  if (found) return found === 'provider' ? 'Provider' : 'Topic';
  return getNamedType(argument.type).name.replace('Where', '');
}

/** A list that stands within a list of its own, alone: `{ in: [[1, 2]] }` → `{ in: [1, 2] }`. */
const unnested = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replace(/\[\[(.*)\]\]/, '[$1]'));

function chunks<Value>(values: readonly Value[], size: number): Value[][] {
  const starts = Array.from({ length: Math.ceil(values.length / size) }, (_, i) => i * size);
  return starts.map((start) => values.slice(start, start + size));
}

const PAGE = '{ edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage } }';

/** Connections in each of their orders: what gives their cursors, and what takes these, `after` and `before` each. */
const CURSORS = ORDERED.map(({ argument: after, further }) => {
  const ask = (argument: Argument, page: number, values: readonly (string | null)[]): Question => ({
    query: operationOf(argument, values.length, PAGE, `, first: ${page}${further}`),
    variables: variablesOf(values),
  });
  const before = after.field.args.find(({ name }) => name === 'before');
  const takers = [after, ...(before ? [{ ...after, argument: before }] : [])];
  return {
    giver: ask(after, 20, [null]),
    takersOf: (cursors: readonly string[]) => takers.map((taker) => ask(taker, 2, cursors)),
  };
});

/** Names that nothing has. */
const NOTHING = { ids: idOf('Article'), urls: 'https://nowhere.example/nothing', texts: 'nothingness' };

const TOTALS: Question = { query: '{ articles { totalCount } providers { totalCount } topics { totalCount } }' };

/** What is refused, or asks the server for something else than data. */
function oddRequests(cursor: string): Sending[] {
  const questions: readonly Question[] = [
    { query: '{ canarytitledraft }' },
    { query: '{ articles { nodes { secured note removed } } }' },
    { query: '{ articles(where: { secured: { eq: "canary" } }) { totalCount } }' },
    { query: '{ articles(orderBy: CANARY) { totalCount } }' },
    { query: '{ article(by: { url: "canarywebdraft" }) { id } }' },
    { query: '{ articles(first: 1, last: 1) { totalCount } }' },
    { query: 'query ($after: String) { topics(after: $after) { totalCount } }', variables: { after: cursor } },
    { query: 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', variables: { ids: Array(101).fill('canary') } },
    {
      query: `{ articles(first: 100) { nodes { ${'related(first: 100) { nodes { '.repeat(3)} id ${'} } '.repeat(3)} } } }`,
    },
    { query: 'mutation { publish }' },
    { query: '{' },
    { query: getIntrospectionQuery() },
  ];
  return [
    ...questions.map(post),
    ...['text/html', 'image/png', 'text/event-stream', 'application/graphql-response+json'].map((accept) =>
      withHeaders(get(TOTALS), { accept }),
    ),
    ...['gzip', 'br'].map((encoding) =>
      withHeaders(post(lists()[0] as Question), { 'accept-encoding': encoding, origin: 'https://app.example' }),
    ),
    ...[{ authorization: 'Bearer canary' }, { 'x-perspective': 'preview' }, { 'if-none-match': '*' }].map((headers) =>
      withHeaders(post(TOTALS), headers),
    ),
    { ...post(TOTALS), body: '{"query": "canary' },
    ...['PUT', 'HEAD', 'OPTIONS'].map((method) => ({ ...get(TOTALS), method })),
    ...['/', '/canarywebdraft', '/graphql/canary', '/health', '/ready'].map((path) => ({ path })),
  ];
}

const matches = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].flatMap(([, match]) => match ?? [])),
];

/** What the fields that name something say. */
function namesIn(text: string): Names {
  return {
    ids: matches(text, /"id":"([^"]+)"/g),
    urls: matches(text, /"\w*url":"([^"]+)"/gi),
    texts: [
      ...new Set(matches(text, /"(?:name|slug|domain|category|title)":"([^" ]+)/g).map((each) => each.toLowerCase())),
    ],
  };
}

/** All that an answer is, but for when it was made. */
function shown(answer: Received): string {
  const { date, ...headers } = answer.headers;
  return JSON.stringify({ status: answer.status, headers, body: answer.body.toString('latin1') });
}

const isJson = ({ status, headers }: Received) => status === 200 && headers['content-type']?.includes('json');

/** What a subscription is told first. */
async function firstTold(server: HttpServer, sending: Sending): Promise<Received> {
  const stream = await EventStream.open(server, sending);
  const told = await stream.next();
  stream.close();
  return { status: stream.status, headers: stream.headers, body: Buffer.from(JSON.stringify(told)) };
}

/** The canaries in an answer that were not in what was asked. */
function newCanaries(answer: Received, { body = '', path = '', headers }: Sending): string[] {
  const known = canariesIn([body, decodeURIComponent(path), ...Object.values(headers ?? {})].join('\n'));
  const text = isJson(answer) ? decoded(answer) : answer.body.toString();
  return [...canariesIn(`${JSON.stringify(answer.headers)}\n${text}`)].filter((canary) => !known.has(canary));
}

/** Servers over one folder of documents. */
interface House {
  readonly express: HttpServer;
  /** The same without express lane. */
  readonly ordinary: HttpServer;
  /** What both have told their log. */
  readonly log: string[];
  close(): Promise<void>;
}

async function openHouse(open: (typeof engines)[number][1], documents: object): Promise<House> {
  const [database, folder] = [await open(), await testFolder()];
  // Copied, no two places share an object, which YAML would write as an anchor.
  const copies: Record<string, object> = JSON.parse(JSON.stringify(documents));
  await Promise.all(Object.entries(copies).map(([name, document]) => folder.write(name, document)));
  const { rejected } = await sync(database, [folder.path]);
  expect(rejected).toEqual([]);
  await database.listen();
  const log: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line: string) => void log.push(line) });
  const express = await HttpServer.open(database, { previewTokens: PREVIEW_TOKENS, logger });
  const ordinary = await HttpServer.open(database, { previewTokens: PREVIEW_TOKENS, logger, lane: false });
  const close = async () => {
    await Promise.all([express.close(), ordinary.close()]);
    await Promise.all([database.close(), folder.dispose()]);
  };
  return { express, ordinary, log, close };
}

describe.each(engines)('the leak matrix on %s', (_name, open) => {
  /** Holds all documents. */
  let whole: House;
  /** Holds the published ones, and has never heard of others. */
  let bare: House;
  /** What an editor is shown by all lists. */
  let preview: string;

  beforeAll(async () => {
    whole = await openHouse(open, { ...PUBLISHED, ...SECRET });
    bare = await openHouse(open, PUBLISHED);
    preview = await textOf(lists(), WITH_TOKEN);
  });

  afterAll(async () => {
    await Promise.all([whole.close(), bare.close()]);
  });

  async function textOf(questions: readonly Question[], headers: Readonly<Record<string, string>>): Promise<string> {
    const answers = await Promise.all(questions.map((each) => whole.express.send(withHeaders(post(each), headers))));
    return answers.map(decoded).join('\n');
  }

  /** Asks a server as an editor, so that it has whatever it might remember: at second sight, the express lane takes it. */
  async function askFirst(server: HttpServer, sending: Sending): Promise<Received> {
    const asked = { ...sending, headers: { ...WITH_TOKEN, ...sending.headers } };
    if (server === whole.express) await server.send(asked);
    return server.send(asked);
  }

  const send = (server: HttpServer, sending: Sending) => server.send(sending);

  /** Asks as anyone: the answer is to be what a server answers that has no other documents, and hold no canary. */
  async function expectNoLeak(server: HttpServer, sending: Sending, asking = send): Promise<void> {
    const expected = await asking(bare.express, sending);
    const answer = await asking(server, sending);
    expect([sending, shown(answer)]).toEqual([sending, shown(expected)]);
    expect([sending, newCanaries(answer, sending)]).toEqual([sending, []]);
  }

  /** By POST, and by GET with the `ETag` that the editor's answer would have. Every other time by the ordinary way. */
  async function expectNoLeaks(questions: readonly Question[]): Promise<void> {
    expect(questions.length).toBeGreaterThan(0);
    for (const [i, question] of questions.entries()) {
      const server = i % 2 === 0 ? whole.ordinary : whole.express;
      const editors = await askFirst(server, post(question));
      expect([question, editors.status]).toEqual([question, 200]);
      const url = get(question);
      const again = (url.path?.length ?? 0) > MAX_URL ? post(question) : url;
      await expectNoLeak(server, post(question));
      const etag = new Answer(toUtf8(decoded(editors))).etag('identity');
      await expectNoLeak(server, withHeaders(again, { 'if-none-match': etag }));
    }
  }

  test('the documents use every field that there is', () => {
    expect(Object.keys(SECRET['removed.md'] as object)).toEqual(
      expect.arrayContaining(Object.keys(documentSchema.shape)),
    );
  });

  test('an editor is shown every canary that a field can hold, and none of those that no field does', () => {
    expect([...canariesIn(preview)].sort()).toEqual([...servedCanaries()].sort());
  });

  test('no list shows a canary, in any order, from either end, five fields deep', () =>
    expectNoLeaks([...lists(), ...stories()]));

  test('nothing is found by the id, URL, name, slug, domain or words of what is not published', () =>
    expectNoLeaks(lookups(namesIn(preview))));

  test('no filter tells of what is not published, in any list, whatever it asks', () =>
    expectNoLeaks(filters(namesIn(preview))));

  test('a subscription is told no more than a query would be', async () => {
    const names = namesIn(preview);
    const questions = [...lists(), ...stories(), ...lookups(names).filter((_, i) => i % 5 === 0)];
    const own = filters(names).filter((_, i) => i % 20 === 0);
    for (const sending of [...questions, ...own].map(subscribe)) {
      const editors = await firstTold(whole.express, withHeaders(sending, WITH_TOKEN));
      expect(sending.body).toMatch(/^{"query":"subscription /);
      expect([sending, editors.status]).toEqual([sending, 200]);
      await expectNoLeak(whole.express, sending, firstTold);
    }
  });

  test("an editor's cursor leads no reader to what is not published, in any list and order", async () => {
    for (const { giver, takersOf } of CURSORS) {
      const cursors = matches(await textOf([giver], WITH_TOKEN), /"cursor":"([^"]+)"/g);
      expect(cursors.length).toBeGreaterThan(0);
      await expectNoLeaks(takersOf(cursors.filter((_, i) => i % Math.ceil(cursors.length / 3) === 0)));
    }
  });

  test('what is not published cannot be told from what does not exist', async () => {
    const { ids, urls, texts } = namesIn(preview);
    const published = namesIn(await textOf(lists(), {}));
    const isOwn = (name: string) => /^(https:..)?canary/i.test(name);
    const secret = {
      ids: ids.filter((id) => !published.ids.includes(id)),
      urls: urls.filter(isOwn),
      texts: texts.filter(isOwn),
    };
    const answerTo = async (question: Question) => shown(await whole.express.send(post(question)));
    for (const kind of ['ids', 'urls', 'texts'] as const) {
      const [nothing, ...others] = lookups(
        { ids: [], urls: [], texts: [], [kind]: [NOTHING[kind], ...secret[kind]] },
        1,
      );
      const expected = await answerTo(nothing as Question);
      const same = others.filter(({ query }) => query === nothing?.query);
      expect(same.length).toBeGreaterThan(20);
      for (const question of same) expect([question, await answerTo(question)]).toEqual([question, expected]);
    }
  });

  test('no error, no introspection, no page and no header shows a canary', async () => {
    const [cursor = ''] = matches(preview, /"cursor":"([^"]+)"/g);
    for (const sending of oddRequests(cursor)) {
      for (const server of [whole.express, whole.ordinary]) {
        await askFirst(server, sending);
        await expectNoLeak(server, sending);
      }
    }
  });

  test('metrics and logs hold no canary, after all that', async () => {
    const [metrics, expected] = [await metricsOf(whole.express), await metricsOf(bare.express)];
    expect([...canariesIn(metrics)]).toEqual([]);
    // Times and memory differ, but not what there is to be told of.
    expect(matches(metrics, SERIES)).toEqual(matches(expected, SERIES));
    expect(whole.log.length).toBeGreaterThan(100);
    expect([...canariesIn(whole.log.join(''))]).toEqual([]);
  });
});

/** The name of what is measured. */
const SERIES = /^# HELP (\w+)/gm;

async function metricsOf(server: HttpServer): Promise<string> {
  const { status, body } = await server.send({ path: '/metrics' });
  expect(status).toBe(200);
  return body.toString();
}
