/**
 * Every reason for which a file is left out, as reports name it. Stable: scripts and editors rely
 * on them.
 */
export type RejectionCode =
  | 'FILE_UNREADABLE'
  | 'FILE_OUTSIDE'
  | 'FILE_TOO_LARGE'
  | 'ENCODING_INVALID'
  | 'CHARACTER_FORBIDDEN'
  | 'BOM_REPEATED'
  | 'FRONT_MATTER_MISSING'
  | 'FRONT_MATTER_UNCLOSED'
  | 'FRONT_MATTER_LANGUAGE'
  | 'YAML_SYNTAX'
  | 'YAML_DUPLICATE_KEY'
  | 'YAML_ANCHOR'
  | 'YAML_TAG'
  | 'YAML_TOO_DEEP'
  | 'KEY_FORBIDDEN'
  | 'FIELD_MISSING'
  | 'FIELD_TYPE'
  | 'VALUE_OUT_OF_RANGE'
  | 'DATE_INVALID'
  | 'URL_INVALID'
  | 'URL_MISSING';

/** A place in a file; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Why a file is left out, and where: what was expected, what came. */
export class Rejection extends Error {
  override readonly name = 'Rejection';
  readonly code: RejectionCode;
  readonly place: Place;

  constructor(code: RejectionCode, message: string, place: Place = { line: 1, column: 1 }) {
    super(message);
    this.code = code;
    this.place = place;
  }
}

/** A file that is left out, as reports show it. */
export interface RejectedFile extends Place {
  readonly path: string;
  readonly code: RejectionCode;
  readonly message: string;
}

/** An error that is not a `Rejection` comes from the file system. */
export function toRejectedFile(path: string, error: unknown): RejectedFile {
  const { code, message, place } = error instanceof Rejection ? error : unreadable(error);
  return { path, ...place, code, message };
}

function unreadable(error: unknown): Rejection {
  const { code = 'unknown error' } = error as NodeJS.ErrnoException;
  return new Rejection('FILE_UNREADABLE', `expected a file that can be read, got ${code}`);
}
