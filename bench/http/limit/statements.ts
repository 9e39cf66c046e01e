import { deep } from './deep.ts';
import { front } from './front.ts';
import { search } from './search.ts';
import type { Statement } from './statement.ts';
import { story } from './story.ts';
import { topic } from './topic.ts';

/** As the request has them; each statement knows which there are. */
export type Variables = never;

/** By the name of the operation. */
export const STATEMENTS = { Front: front, Story: story, Deep: deep, Topic: topic, Search: search } satisfies Record<
  string,
  (variables: Variables) => Statement
>;
