import { type ExecutionArgs, execute } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Plans } from '../plans.ts';

/** Executes by plan: as graphql-js itself does, as Yoga's own executor answers fields in the sequence in which they resolve. */
export function usePlans(plans: Plans): Plugin {
  return {
    onExecute({ setExecuteFn }) {
      setExecuteFn(((args: ExecutionArgs) => {
        const plan = plans.of(args.document, args.operationName);
        return plan ? plan.execute(args.contextValue, args.variableValues ?? {}) : execute(args);
      }) as never);
    },
  };
}
