/** What a request may ask of the server. What asks for more is refused before any SQL. */
export interface Limits {
  /** Points that an operation may cost (see cost.ts). */
  readonly maxCost: number;
  /**
   * Fields within fields, fragments written out. The introspection query of graphql-js is 14 deep.
   */
  readonly maxDepth: number;
  /** Words and punctuation marks of a document. */
  readonly maxTokens: number;
  readonly maxAliases: number;
  readonly maxDirectives: number;
  /** Of a request's body. */
  readonly maxBodyBytes: number;
}

export const DEFAULT_LIMITS: Limits = {
  maxCost: 250_000,
  maxDepth: 16,
  maxTokens: 4_000,
  maxAliases: 100,
  maxDirectives: 100,
  maxBodyBytes: 262_144,
};
