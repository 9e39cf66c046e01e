/** Leads to a value within arguments: `['by', 'id']`. */
export type Path = readonly (string | number)[];

/** Thrown by the check of a field for a value that its type allows and its meaning does not. */
export class InvalidArgument extends Error {
  override readonly name = 'InvalidArgument';
  /** From the field: `['by', 'id']`. */
  readonly path: Path;

  constructor(path: Path, message: string) {
    super(message);
    this.path = path;
  }
}

/**
 * A field's `extensions` with this key have their arguments checked before anything is executed.
 */
export interface ArgumentCheck<Args> {
  /** Throws `InvalidArgument`. */
  readonly checkArguments: (args: Args) => void;
}

/**
 * The `extensions` of a field whose arguments are checked before execution. `check` throws
 * `InvalidArgument`.
 */
export function checks<Args>(check: (args: Args) => void): ArgumentCheck<Args> & Record<string, unknown> {
  return { checkArguments: check };
}
