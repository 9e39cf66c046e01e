import type { IncomingMessage } from 'node:http';
import type { ExecutionArgs } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { visitorOf } from '../door.ts';
import type { Plans } from '../plans.ts';
import type { Admission } from '../rates/admission.ts';

interface Asked {
  readonly request: Request;
  readonly req?: IncomingMessage;
}

type Execute = (args: ExecutionArgs) => unknown;

/** Takes a point for a request, whatever it turns out to be, and the others that its operation costs before it is executed. */
export function useRateLimit(admission: Admission, plans: Plans): Plugin {
  return {
    onRequestParse({ request, serverContext }) {
      const { req } = serverContext as Partial<Asked>;
      return admission.take(visitorOf(request), req, 1) as Promise<never>;
    },
    onExecute({ args, executeFn, setExecuteFn }) {
      const { request, req } = args.contextValue as Asked;
      const execute = executeFn as Execute;
      const cost = plans.of(args.document, args.operationName)?.check(args.variableValues ?? {}).cost;
      const points = (cost?.requested ?? 0) - 1;
      if (points <= 0) return;
      setExecuteFn((async (args: ExecutionArgs) => {
        await admission.take(visitorOf(request), req, points);
        return execute(args);
      }) as never);
    },
  };
}
