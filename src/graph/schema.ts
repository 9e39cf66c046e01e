import './article/article.ts';
import './image/image.ts';
import './live.ts';
import './node.ts';
import './provider/provider.ts';
import './topic/topic.ts';
import { builder } from './builder.ts';

/** The whole graph. */
export const schema = builder.toSchema();
