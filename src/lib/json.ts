import { ascii, type Utf8 } from './utf8.ts';

/** A JSON object: keys are names of GraphQL, so there is nothing to escape. */
export function toObject(keys: readonly string[], values: readonly Utf8[]): Utf8 {
  return ascii(`{${values.map((value, i) => `"${keys[i]}":${value}`).join()}}`);
}
