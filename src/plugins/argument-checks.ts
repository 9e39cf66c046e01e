import { type GraphQLError, getOperationAST } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { findBadArguments, nameBadLiteral } from '../check-arguments.ts';

/** Answers a bad value with 400 and where it stands, before anything is executed. */
export function useArgumentChecks(): Plugin {
  return {
    onValidate({ params }) {
      return ({ result, setResult }) => {
        const errors = result as readonly GraphQLError[];
        if (errors.length > 0) setResult(errors.map((error) => nameBadLiteral(params.documentAST, error)) as never);
      };
    },
    onExecute({ args, setResultAndStopExecution }) {
      const operation = getOperationAST(args.document, args.operationName);
      if (!operation) return;
      const errors = findBadArguments(args.schema, args.document, operation, args.variableValues ?? {});
      if (errors.length > 0) setResultAndStopExecution({ errors });
    },
  };
}
