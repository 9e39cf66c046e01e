import type { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { nameBadLiteral } from '../check-arguments.ts';
import type { Plans } from '../plans.ts';

/** Answers a bad value with 400 and where it stands, before anything is executed. */
export function useArgumentChecks(plans: Plans): Plugin {
  return {
    onValidate({ params }) {
      return ({ result, setResult }) => {
        const errors = result as readonly GraphQLError[];
        if (errors.length > 0) setResult(errors.map((error) => nameBadLiteral(params.documentAST, error)) as never);
      };
    },
    onExecute({ args, setResultAndStopExecution }) {
      const errors = plans.of(args.document, args.operationName)?.check(args.variableValues ?? {}) ?? [];
      if (errors.length > 0) setResultAndStopExecution({ errors });
    },
  };
}
