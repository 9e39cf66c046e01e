import './articles/article.graphql.ts';
import './images/image.graphql.ts';
import './live/live.graphql.ts';
import './node.graphql.ts';
import './providers/provider.graphql.ts';
import './topics/topic.graphql.ts';
import { builder } from './builder.ts';

/** The whole graph. */
export const schema = builder.toSchema();
