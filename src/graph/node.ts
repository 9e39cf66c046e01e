import type { GraphQLResolveInfo } from 'graphql';
import { decodeGlobalId, encodeGlobalId, type GlobalId, type NodeType } from '../lib/global-id.ts';
import type { GraphContext } from '../loaders/context.ts';
import { checks, InvalidArgument } from './argument-check.ts';
import { ITSELF, shapeOf } from './article/selection.ts';
import { builder } from './builder.ts';

interface Identified {
  readonly id: string;
}

export const Node = builder.interfaceRef<Identified>('Node').implement({
  description:
    'Anything that has an id of its own and can be fetched again by it (Relay Global Object Identification).',
  fields: (t) => ({
    id: t.id({
      description: 'Opaque, unique among all types, and the same on every server for the same thing.',
      resolve: (row, _args, _context, info) => encodeGlobalId(info.parentType.name as NodeType, row.id),
    }),
  }),
});

const MAX_IDS = 100;

builder.queryField('node', (t) =>
  t.field({
    type: Node,
    nullable: true,
    description: 'The article, provider, topic or image with this id; null if there is none.',
    args: { id: t.arg.id({ required: true, description: 'An `id` that the graph gave.' }) },
    extensions: checks<{ id: string }>(({ id }) => {
      decodeId(id, ['id']);
    }),
    resolve: (_root, { id }, context, info) => loadNode(context, decodeId(id, ['id']), info),
  }),
);

builder.queryField('nodes', (t) =>
  t.field({
    type: [Node],
    nullable: { list: false, items: true },
    description: `As \`node\`, for several ids at once: one entry for each, in their order. At most ${MAX_IDS}.`,
    args: { ids: t.arg.idList({ required: true, description: 'Ids that the graph gave.' }) },
    extensions: checks<{ ids: string[] }>(({ ids }) => {
      decodeIds(ids);
    }),
    resolve: (_root, { ids }, context, info) => decodeIds(ids).map((id) => loadNode(context, id, info)),
  }),
);

/** The uuid in a global id that must name a node of `type`. Throws `InvalidArgument`. */
export function decodeIdOf(type: NodeType, id: string, path: readonly (string | number)[]): string {
  const decoded = decodeId(id, path);
  if (decoded.type === type) return decoded.id;
  throw new InvalidArgument(path, `expected the id of ${withArticle(type)}, got that of ${withArticle(decoded.type)}`);
}

function decodeIds(ids: readonly string[]): GlobalId[] {
  if (ids.length > MAX_IDS) throw new InvalidArgument(['ids'], `expected at most ${MAX_IDS} ids, got ${ids.length}`);
  return ids.map((id, i) => decodeId(id, ['ids', i]));
}

function decodeId(id: string, path: readonly (string | number)[]): GlobalId {
  const decoded = decodeGlobalId(id);
  if (decoded) return decoded;
  throw new InvalidArgument(path, 'expected an id that the graph gave, got something else');
}

async function loadNode(context: GraphContext, { type, id }: GlobalId, info: GraphQLResolveInfo) {
  const row = await LOADERS[type](context, id, info);
  return row ? { ...row, __typename: type } : null;
}

type Load = (
  context: GraphContext,
  id: string,
  info: GraphQLResolveInfo,
) => Identified | null | undefined | Promise<Identified | null>;

const LOADERS: Readonly<Record<NodeType, Load>> = {
  Article: ({ articles }, id, info) => articles.byId({ shape: shapeOf(info, ITSELF) }).load(id),
  Provider: ({ catalog }, id) => catalog.providers.get(id),
  Topic: ({ catalog }, id) => catalog.topics.get(id),
  Image: ({ images }, id) => images.byId.load(id),
};

function withArticle(type: NodeType): string {
  return /^[AI]/.test(type) ? `an ${type}` : `a ${type}`;
}
