import type { IncomingMessage } from 'node:http';
import type { ExecutionArgs } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Plans } from '../../operation/plans.ts';
import { visitorOf } from '../access.ts';
import type { Admission } from '../rate-limit/admission.ts';

interface Asked {
  readonly request: Request;
  readonly req?: IncomingMessage;
}

type Execute = (args: ExecutionArgs) => unknown;

/** Takes a point for a request, whatever it turns out to be. */
export function useEntryFee(admission: Admission): Plugin {
  return {
    async onRequestParse({ request, serverContext }) {
      const { req } = serverContext as Partial<Asked>;
      await admission.take(visitorOf(request), req ?? request, 1);
    },
  };
}

/** Takes what an operation costs before it is executed, or answered with what is kept. */
export function useRateLimit(admission: Admission, plans: Plans): Plugin {
  return {
    onExecute({ args, executeFn, setExecuteFn }) {
      const { request, req } = args.contextValue as Asked;
      const execute = executeFn as Execute;
      const cost = plans.of(args.document, args.operationName)?.check(args.variableValues ?? {}).cost;
      setExecuteFn((async (args: ExecutionArgs) => {
        await admission.take(visitorOf(request), req ?? request, cost?.requested ?? 1);
        return execute(args);
      }) as never);
    },
  };
}
