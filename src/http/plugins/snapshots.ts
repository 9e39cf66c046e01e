import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Reads } from '../../operation/snapshots.ts';
import type { RequestContext } from '../request-context.ts';

type Execute = (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult>;

/** Gives each operation what it reads from. */
export function useConsistentReads(reads: Reads): Plugin<RequestContext> {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      const execute = executeFn as Execute;
      setExecuteFn((async (args: ExecutionArgs) => {
        const request = args.contextValue as RequestContext;
        const run = (graph: object) => execute({ ...args, contextValue: { ...request, ...graph } });
        return (await reads.execute(request.perspective, run, request.deadline)).result;
      }) as never);
    },
  };
}
