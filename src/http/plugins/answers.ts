import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { fromBytes, toBytes, toUtf8 } from '../../lib/utf8.ts';
import { Answer } from '../../operation/answer.ts';
import { type AnswerCache, cacheKey } from '../../operation/answer-cache.ts';
import type { Snapshots } from '../../operation/snapshots.ts';
import type { RequestContext } from '../request-context.ts';
import { send } from '../send-answer.ts';

type Execute = (args: ExecutionArgs) => Promise<ExecutionResult>;

interface AnswersOptions {
  readonly snapshots: Snapshots;
  readonly cache: AnswerCache;
}

/** Keeps and sends answers without errors as the fast path would. */
export function useAnswers({ snapshots, cache }: AnswersOptions): Plugin<RequestContext> {
  const answered = new WeakMap<Request, RequestContext['perspective']>();
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const { request, params, perspective } = args.contextValue as RequestContext & OperationContext;
      const key = cacheKey(params);
      if (perspective === 'PUBLISHED' && key !== null) {
        setExecuteFn(((args: ExecutionArgs) => executeOnce(executeFn as Execute, args, key)) as never);
      }
      return {
        onExecuteDone({ result }) {
          if (Symbol.asyncIterator in result || 'errors' in result) return;
          answered.set(request, perspective);
        },
      };
    },
    async onResponse({ request, response, setResponse, fetchAPI }) {
      const perspective = answered.get(request);
      const type = response.headers.get('content-type')?.split(';')[0];
      if (perspective === undefined || response.status !== 200 || !type?.endsWith('json')) {
        // An error is nobody's to keep, and whatever else this is has not been made for it.
        response.headers.set('cache-control', 'no-store');
        return;
      }
      const answer = new Answer(fromBytes(Buffer.from(await response.arrayBuffer())));
      const { status, headers, body } = send(answer, perspective, type, (name) => request.headers.get(name));
      for (const [name, value] of response.headers) if (name.startsWith('access-control-')) headers[name] = value;
      const bytes = typeof body === 'string' ? toBytes(body) : body;
      setResponse(new fetchAPI.Response(bytes as never, { status, headers }));
    },
  };

  /** One of those who ask the same at the same time executes it, the others get what it got. */
  async function executeOnce(execute: Execute, args: ExecutionArgs, key: string): Promise<ExecutionResult> {
    let own: ExecutionResult | undefined;
    const version = await snapshots.version('PUBLISHED');
    const answer = await cache.get(key, version, async () => {
      own = await execute(args);
      return own.errors ? null : { answer: new Answer(toUtf8(JSON.stringify(own))), version };
    });
    return own ?? (answer ? JSON.parse(answer.text) : execute(args));
  }
}

interface OperationContext {
  readonly request: Request;
  readonly params: {
    readonly query: string;
    readonly operationName?: string | null;
    readonly variables?: Readonly<Record<string, unknown>> | null;
  };
}
