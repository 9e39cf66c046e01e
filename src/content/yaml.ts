import { CORE_SCHEMA, load, type State, YAMLException } from 'js-yaml';
import type { Place } from './rejection.ts';
import { Rejection } from './rejection.ts';

const MAX_DEPTH = 32;

/** Keys that mean something to JavaScript or to YAML 1.1, and nothing in a news document. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype', '<<']);

/** A place within the data: keys and list positions from the root. */
export type DataPath = readonly PropertyKey[];

/**
 * Parses front matter as YAML 1.2 (core schema): no code, no dates, no anchors, unique keys, bounded depth.
 * `text` begins right behind the opening `---`, so its first line is the file's first. Throws `Rejection`.
 */
export function parseYaml(text: string): unknown {
  const data = loadYaml(text, boundDepth(refuseAnchors));
  const bad = findForbidden(data, []);
  if (bad) throw new Rejection(bad.code, bad.message, placeOf(text, bad.path));
  return data;
}

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

type Listener = (event: 'open' | 'close', state: State) => void;

/** The part of js-yaml's parser state that its types leave out. */
interface ParserState extends State {
  readonly anchor: string | null;
}

function loadYaml(text: string, listener: Listener): unknown {
  try {
    return load(text, {
      schema: CORE_SCHEMA,
      listener(this: State, event, state) {
        listener(event, state);
      },
    });
  } catch (error) {
    if (error instanceof YAMLException) throw toRejection(error);
    throw error;
  }
}

function boundDepth(next: Listener): Listener {
  let depth = 0;
  return (event, state) => {
    depth += event === 'open' ? 1 : -1;
    if (depth > MAX_DEPTH) {
      throw new Rejection('YAML_TOO_DEEP', `expected at most ${MAX_DEPTH} levels of nesting, got more`, placeAt(state));
    }
    next(event, state);
  };
}

const refuseAnchors: Listener = (event, state) => {
  if (event === 'close' && (state as ParserState).anchor !== null) {
    throw new Rejection(
      'YAML_ANCHOR',
      `expected every value written out, got the anchor &${(state as ParserState).anchor}: replace its aliases by what they stand for`,
      placeAt(state),
    );
  }
};

function placeAt(state: State): Place {
  return { line: state.line + 1, column: state.position - state.lineStart + 1 };
}

function toRejection({ reason, mark }: YAMLException): Rejection {
  const place = { line: (mark?.line ?? 0) + 1, column: (mark?.column ?? 0) + 1 };
  if (reason.startsWith('duplicated mapping key')) {
    return new Rejection('YAML_DUPLICATE_KEY', 'expected each key once, got it twice in one mapping', place);
  }
  if (/unknown tag|tag/.test(reason)) {
    return new Rejection('YAML_TAG', `expected plain YAML 1.2 values, got ${reason}`, place);
  }
  if (/alias/.test(reason)) {
    return new Rejection('YAML_ANCHOR', `expected every value written out, got an ${reason}`, place);
  }
  if (/non-printable|null byte/.test(reason)) {
    return new Rejection('CHARACTER_FORBIDDEN', `expected printable text, got ${reason}`, place);
  }
  return new Rejection('YAML_SYNTAX', `expected YAML, got ${reason}`, place);
}

interface Forbidden {
  readonly code: 'KEY_FORBIDDEN' | 'CHARACTER_FORBIDDEN';
  readonly message: string;
  readonly path: DataPath;
}

function findForbidden(value: unknown, path: DataPath): Forbidden | null {
  if (typeof value === 'string') return textFault(value, path);
  if (typeof value !== 'object' || value === null) return null;
  for (const key of Object.keys(value)) {
    const at = [...path, Array.isArray(value) ? Number(key) : key];
    if (FORBIDDEN_KEYS.has(key)) {
      return { code: 'KEY_FORBIDDEN', message: `expected a key of a news document, got ${key}`, path: at };
    }
    const found = textFault(key, at) ?? findForbidden((value as Record<string, unknown>)[key], at);
    if (found) return found;
  }
  return null;
}

/** PostgreSQL cannot store NUL, and JSON cannot carry half a surrogate pair. */
function textFault(text: string, path: DataPath): Forbidden | null {
  if (text.includes('\0')) {
    return { code: 'CHARACTER_FORBIDDEN', message: 'expected text, got a NUL character in it', path };
  }
  if (!text.isWellFormed()) {
    return { code: 'CHARACTER_FORBIDDEN', message: 'expected text, got half a surrogate pair in it', path };
  }
  return null;
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
    // What was read before the fault is enough to say where it is.
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
