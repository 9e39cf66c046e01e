import { Rejection } from '../files/rejection.ts';
import { type Listener, loadYaml, placeAt } from './yaml-load.ts';
import { type DataPath, placeOf } from './yaml-place.ts';

const MAX_DEPTH = 32;

/** Keys that mean something to JavaScript or to YAML 1.1, and nothing in a news document. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype', '<<']);

/**
 * Parses front matter as YAML 1.2 (core schema): no code, no dates, no anchors, unique keys,
 * bounded depth. `text` begins right behind the opening `---`, so its first line is the file's
 * first. Throws `Rejection`.
 */
export function parseYaml(text: string): unknown {
  const data = loadYaml(text, boundDepth(refuseAnchors));
  const bad = findForbidden(data, []);
  if (bad) throw new Rejection(bad.code, bad.message, placeOf(text, bad.path));
  return data;
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
  if (event === 'close' && state.anchor !== null) {
    throw new Rejection(
      'YAML_ANCHOR',
      `expected every value written out, got the anchor &${state.anchor}: replace its aliases by what they stand for`,
      placeAt(state),
    );
  }
};

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
