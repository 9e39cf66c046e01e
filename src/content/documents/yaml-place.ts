import type { Place } from '../files/rejection.ts';
import { type Listener, loadYaml } from './yaml-load.ts';

/** A place within the data: keys and list positions from the root. */
export type DataPath = readonly PropertyKey[];

/** Where the value at `path` stands in `text`; where there is none, its nearest ancestor. */
export function placeOf(text: string, path: DataPath): Place {
  const root = readNodes(text);
  let node = root;
  for (const key of path) {
    const child = node && childOf(node, key);
    if (!child) break;
    node = child;
  }
  return node ? toPlace(text, node.start) : { line: 1, column: 1 };
}

/** A YAML node with its place; children of a mapping come as key, value, key, value. */
interface YamlNode {
  readonly start: number;
  kind: string | null;
  value: unknown;
  readonly children: YamlNode[];
}

function readNodes(text: string): YamlNode | undefined {
  const root: YamlNode = { start: 0, kind: null, value: null, children: [] };
  const open = [root];
  const listener: Listener = (event, state) => {
    if (event === 'open') {
      const node: YamlNode = { start: state.position, kind: null, value: null, children: [] };
      open.at(-1)?.children.push(node);
      open.push(node);
    } else {
      const node = open.pop();
      if (node) Object.assign(node, { kind: state.kind, value: state.result });
    }
  };
  try {
    loadYaml(text, listener);
  } catch {
    // What was read before the error is enough to say where it is.
  }
  return root.children[0];
}

function childOf(node: YamlNode, key: PropertyKey): YamlNode | undefined {
  if (node.kind === 'sequence') return node.children[Number(key)];
  const at = node.children.findIndex((child, i) => i % 2 === 0 && String(child.value) === key);
  return at < 0 ? undefined : node.children[at + 1];
}

function toPlace(text: string, start: number): Place {
  const at = start + (/^\s*/.exec(text.slice(start))?.[0].length ?? 0);
  const lineStart = text.lastIndexOf('\n', at - 1) + 1;
  return { line: text.slice(0, at).split('\n').length, column: at - lineStart + 1 };
}
