import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { fromBytes, toBytes, toUtf8 } from '../../lib/utf8.ts';
import { Answer } from '../../operation/answer.ts';
import { type AnswerCache, cacheKey } from '../../operation/answer-cache.ts';
import type { AnsweredBy } from '../../operation/make-answer.ts';
import type { Executor } from '../../operation/plans.ts';
import type { Snapshots } from '../../operation/snapshots.ts';
import type { ServerContext } from '../fast-path/fast-path.ts';
import type { Metrics } from '../metrics.ts';
import type { RequestContext } from '../request-context.ts';
import { EXECUTOR_HEADER, send } from '../send-answer.ts';

type Execute = (args: ExecutionArgs) => Promise<ExecutionResult>;

interface AnswersOptions {
  readonly snapshots: Snapshots;
  readonly cache: AnswerCache;
  readonly metrics: Metrics;
  /** Whether a response names the executor that has answered. */
  readonly showsExecutor: boolean;
}

/** Keeps and sends answers without errors as the fast path would, and counts operations. */
export function useAnswers({ snapshots, cache, metrics, showsExecutor }: AnswersOptions): Plugin<RequestContext> {
  const answered = new WeakMap<Request, RequestContext['perspective']>();
  const executors = new WeakMap<Request, Executor>();
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const { request, params, perspective, executed } = args.contextValue as RequestContext & OperationContext;
      const key = cacheKey(params);
      let outcome: Outcome | undefined;
      if (executed) {
        setExecuteFn(executed as never);
      } else if (perspective === 'PUBLISHED' && key !== null) {
        setExecuteFn((async (args: ExecutionArgs) => {
          outcome = await executeOnce(executeFn as Execute, args, key);
          return outcome.result;
        }) as never);
      }
      return {
        onExecuteDone({ result }) {
          if (Symbol.asyncIterator in result) return;
          metrics.countOperation(outcome?.by ?? 'reference');
          executors.set(request, outcome?.executor ?? 'reference');
          if (!('errors' in result)) answered.set(request, perspective);
        },
      };
    },
    async onResponse({ request, response, setResponse, fetchAPI }) {
      const perspective = answered.get(request);
      const executor = executorShown(request);
      const type = response.headers.get('content-type')?.split(';')[0];
      if (perspective === undefined || response.status !== 200 || !type?.endsWith('json')) {
        // An error is nobody's to keep, and whatever else this is has not been made for it.
        response.headers.set('cache-control', 'no-store');
        for (const [name, value] of Object.entries(executor)) response.headers.set(name, value);
        return;
      }
      const answer = new Answer(fromBytes(Buffer.from(await response.arrayBuffer())));
      const { status, headers, body } = send(answer, perspective, type, (name) => request.headers.get(name));
      Object.assign(headers, executor);
      for (const [name, value] of response.headers) if (name.startsWith('access-control-')) headers[name] = value;
      const bytes = typeof body === 'string' ? toBytes(body) : body;
      setResponse(new fetchAPI.Response(bytes as never, { status, headers }));
    },
  };

  function executorShown(request: Request): Record<string, string> {
    const executor = showsExecutor ? executors.get(request) : undefined;
    return executor ? { [EXECUTOR_HEADER]: executor } : {};
  }

  /** One of those who ask the same at the same time executes it, the others get what it got. */
  async function executeOnce(execute: Execute, args: ExecutionArgs, key: string): Promise<Outcome> {
    let own: ExecutionResult | undefined;
    const version = await snapshots.version('PUBLISHED');
    const answer = await cache.get(key, version, async () => {
      own = await execute(args);
      return own.errors ? null : { answer: new Answer(toUtf8(JSON.stringify(own))), version };
    });
    if (own || !answer) return { result: own ?? (await execute(args)), by: 'reference', executor: 'reference' };
    return { result: JSON.parse(answer.text), by: 'cache', executor: answer.executor };
  }
}

interface Outcome {
  readonly result: ExecutionResult;
  readonly by: AnsweredBy;
  /** That has made it, now or before. */
  readonly executor: Executor;
}

interface OperationContext extends Pick<ServerContext, 'executed'> {
  readonly request: Request;
  readonly params: {
    readonly query: string;
    readonly operationName?: string | null;
    readonly variables?: Readonly<Record<string, unknown>> | null;
  };
}
