import { Readable } from 'node:stream';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { RequestContext } from '../request-context.ts';
import type { Asked, BeginLive } from '../subscriptions/begin-live.ts';
import { type EventTimings, eventStream } from '../subscriptions/event-stream.ts';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  connection: 'keep-alive',
  // nginx would hold events back until they fill a page.
  'x-accel-buffering': 'no',
};

/**
 * Sends the results of subscriptions as server-sent events: as Yoga does, but a client that takes
 * nothing is cut off.
 */
export function useSubscriptions(beginLive: BeginLive, timings: EventTimings): Plugin<RequestContext> {
  const begun = new WeakSet<Request>();
  return {
    onSubscribe({ setSubscribeFn }) {
      setSubscribeFn((async (args: ExecutionArgs) => {
        const live = await beginLive(args);
        if (Symbol.asyncIterator in live) begun.add((args.contextValue as Asked).request);
        return live;
      }) as never);
    },
    onResultProcess({ request, result, serverContext, setResultProcessor }) {
      if (!begun.has(request)) return;
      const { res } = serverContext as Partial<Asked>;
      setResultProcessor((_result, { Response }) => {
        const events = eventStream(result as AsyncIterable<ExecutionResult>, timings, () => res?.destroy());
        return new Response(Readable.from(events) as never, { headers: HEADERS });
      }, 'text/event-stream');
    },
    onResponse({ response: { headers } }) {
      // Of Yoga's own event streams: `none` is no encoding that there is, and whether to keep an
      // answer is said elsewhere.
      if (!headers.get('content-type')?.startsWith('text/event-stream')) return;
      headers.delete('content-encoding');
      headers.delete('cache-control');
    },
  };
}
