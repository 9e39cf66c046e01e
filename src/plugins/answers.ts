import type { Plugin } from 'graphql-yoga';
import { Answer, send } from '../answers.ts';
import type { RequestContext } from '../context.ts';
import type { Documents } from '../documents.ts';

/** Sends answers without errors as the express lane would, and remembers their documents for it. */
export function useAnswers(documents: Documents): Plugin<RequestContext> {
  const answered = new WeakMap<Request, RequestContext['perspective']>();
  return {
    onExecute({ args }) {
      const { request, params, perspective } = args.contextValue as RequestContext & Asked;
      return {
        onExecuteDone({ result }) {
          if (Symbol.asyncIterator in result || 'errors' in result) return;
          if (params.query) documents.remember(params.query, args.document);
          answered.set(request, perspective);
        },
      };
    },
    async onResponse({ request, response, setResponse, fetchAPI }) {
      const perspective = answered.get(request);
      const type = response.headers.get('content-type')?.split(';')[0];
      if (perspective === undefined) return keepNothing(response);
      if (response.status !== 200 || !type?.endsWith('json')) return;
      const { status, headers, body } = send(new Answer(await response.text()), perspective, type, (name) =>
        request.headers.get(name),
      );
      for (const [name, value] of response.headers) if (name.startsWith('access-control-')) headers[name] = value;
      setResponse(new fetchAPI.Response(body as never, { status, headers }));
    },
  };
}

interface Asked {
  readonly request: Request;
  readonly params: { readonly query?: string };
}

/** An error is nobody's to keep. */
function keepNothing(response: Response): void {
  if (response.status >= 400) response.headers.set('cache-control', 'no-store');
}
