import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { GraphContext, RequestContext } from '../context.ts';

/** Commits come seconds apart and operations take milliseconds: more tries than this are never needed. */
const TRIES = 5;

type Execute = (args: ExecutionArgs) => Promise<ExecutionResult>;

interface Reads {
  /** What an operation reads from: the content as of now. */
  readonly begin: (perspective: RequestContext['perspective']) => Promise<GraphContext>;
  /** Says that what is taken for the content as of now is not. */
  readonly expire: () => void;
}

/**
 * Gives each operation what it reads from, and executes it anew if a commit came between two of its statements: no answer
 * mixes two content versions.
 */
export function useConsistentReads({ begin, expire }: Reads): Plugin<RequestContext> {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      const execute = executeFn as Execute;
      setExecuteFn((async (args: ExecutionArgs) => {
        const request = args.contextValue as RequestContext;
        for (let tried = 1; ; tried++) {
          const graph = await begin(request.perspective);
          const result = await execute({ ...args, contextValue: { ...request, ...graph } });
          if (!graph.reading.hasMoved || tried === TRIES) return result;
          expire();
        }
      }) as never);
    },
  };
}
