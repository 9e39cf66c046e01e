export type NodeType = 'Article' | 'Provider' | 'Topic' | 'Image';

export interface GlobalId {
  readonly type: NodeType;
  /** The row's uuid, in lower case. */
  readonly id: string;
}

const DECODED = /^(Article|Provider|Topic|Image):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** The opaque id of a node in the graph (Relay's Global Object Identification). */
export function encodeGlobalId(type: NodeType, id: string): string {
  return Buffer.from(`${type}:${id}`).toString('base64url');
}

/** The node that a global id names, or null if the text is not one that `encodeGlobalId` made. */
export function decodeGlobalId(text: string): GlobalId | null {
  const match = DECODED.exec(Buffer.from(text, 'base64url').toString());
  if (!match) return null;
  const [, type, id] = match as unknown as [string, NodeType, string];
  return encodeGlobalId(type, id) === text ? { type, id } : null;
}
