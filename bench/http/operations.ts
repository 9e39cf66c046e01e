import { deep } from './operations/deep.ts';
import { front } from './operations/front.ts';
import { search } from './operations/search.ts';
import { story } from './operations/story.ts';
import { topic } from './operations/topic.ts';
import type { Operation } from './question.ts';

export const OPERATIONS: readonly Operation[] = [front, story, deep, topic, search];
