import { builder, Query } from './builder.ts';

builder.subscriptionType({
  description:
    'What is told again whenever it changes, as server-sent events (GraphQL over SSE, distinct connections mode). It reads what ' +
    'the same query would, in the same perspective.',
  fields: (t) => ({
    live: t.field({
      type: Query,
      description:
        'The whole graph. Whatever is selected of it is told at once, and told again after each change of the content that makes it ' +
        'another. Changes that follow closely upon each other may be told as one.',
      // graphql-js would give all events one context, and so one content version.
      subscribe: () => {
        throw new Error('expected a subscription to be executed by http/subscriptions/live-answers.ts');
      },
      resolve: () => ({}),
    }),
  }),
});
