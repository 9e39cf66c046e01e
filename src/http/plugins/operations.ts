import { type ExecutionArgs, execute } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Plans } from '../../operation/plans.ts';

/**
 * Executes by plan: as graphql-js itself does, as Yoga's own executor answers fields in the
 * sequence in which they resolve. A bad value, or an operation that costs too much, is answered
 * with 400 before anything is executed.
 */
export function useOperations(plans: Plans): Plugin {
  return {
    onExecute({ args, setExecuteFn, setResultAndStopExecution }) {
      const plan = plans.of(args.document, args.operationName);
      const variables = args.variableValues ?? {};
      if (!plan) return setExecuteFn(execute as never);
      const { errors, cost } = plan.check(variables);
      const extensions = cost && { cost };
      if (errors.length > 0) return setResultAndStopExecution({ errors, ...(extensions && { extensions }) });
      setExecuteFn((async ({ contextValue }: ExecutionArgs) => ({
        ...(await plan.execute(contextValue, variables)),
        extensions,
      })) as never);
    },
  };
}
