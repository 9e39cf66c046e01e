import { CORE_SCHEMA, load, type State, YAMLException } from 'js-yaml';
import { type Place, Rejection } from '../files/rejection.ts';

/** Called with every node as it begins and as it ends. */
export type Listener = (event: 'open' | 'close', state: ParserState) => void;

/** The part of js-yaml's parser state that its types leave out. */
export interface ParserState extends State {
  readonly anchor: string | null;
}

/** YAML 1.2's core schema as data. Throws `Rejection`, or what the listener throws. */
export function loadYaml(text: string, listener: Listener): unknown {
  try {
    return load(text, {
      schema: CORE_SCHEMA,
      listener(this: State, event, state) {
        listener(event, state as ParserState);
      },
    });
  } catch (error) {
    if (error instanceof YAMLException) throw toRejection(error);
    throw error;
  }
}

/** Where the parser stands. */
export function placeAt(state: State): Place {
  return { line: state.line + 1, column: state.position - state.lineStart + 1 };
}

function toRejection({ reason, mark }: YAMLException): Rejection {
  const place = { line: (mark?.line ?? 0) + 1, column: (mark?.column ?? 0) + 1 };
  if (reason.startsWith('duplicated mapping key')) {
    return new Rejection('YAML_DUPLICATE_KEY', 'expected each key once, got it twice in one mapping', place);
  }
  if (/tag/.test(reason)) {
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
