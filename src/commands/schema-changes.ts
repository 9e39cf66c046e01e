import { buildSchema, findBreakingChanges, findDangerousChanges, type GraphQLSchema, isInputObjectType } from 'graphql';

/** One difference, as graphql-js names it: `FIELD_REMOVED`, with a sentence that says where. */
export interface SchemaChange {
  readonly type: string;
  readonly description: string;
}

export interface SchemaChanges {
  /** A query that was right becomes wrong. */
  readonly breaking: readonly SchemaChange[];
  /**
   * Every query stays right, but a client may meet what it does not expect: a new enum value, say.
   */
  readonly dangerous: readonly SchemaChange[];
}

/** What clients of the schema `before` notice when they meet the schema `after`. Both are SDL. */
export function schemaChanges(before: string, after: string): SchemaChanges {
  const [old, now] = [buildSchema(before), buildSchema(after)];
  return {
    breaking: [...findBreakingChanges(old, now), ...findNewOneOfs(old, now)],
    dangerous: findDangerousChanges(old, now),
  };
}

/** graphql-js 16 does not look at `@oneOf`. */
function findNewOneOfs(old: GraphQLSchema, now: GraphQLSchema): SchemaChange[] {
  return Object.values(old.getTypeMap())
    .filter((type) => isInputObjectType(type) && !type.isOneOf)
    .map(({ name }) => now.getType(name))
    .filter((type) => isInputObjectType(type))
    .filter((type) => type.isOneOf)
    .map(({ name }) => ({ type: 'ONE_OF_ADDED', description: `${name} takes exactly one of its fields now.` }));
}

/** One line for each change. */
export function listChanges(changes: readonly SchemaChange[]): string {
  return changes.map(({ type, description }) => `  ${type}: ${description}`).join('\n');
}
