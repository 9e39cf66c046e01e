import { type DocumentNode, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { parseFailed } from '../../graph/errors.ts';
import { nameBadLiteral } from '../../operation/check-arguments.ts';
import type { Documents } from '../../operation/document-cache.ts';
import { parseWithin } from '../../operation/limits/document-limits.ts';
import type { Limits } from '../../operation/limits/limits.ts';

function parsed(limits: Limits, text: string): DocumentNode {
  try {
    return parseWithin(limits, text);
  } catch (error) {
    throw error instanceof GraphQLError && !error.extensions['code'] ? parseFailed(error) : error;
  }
}

/**
 * Parses documents within the limits. What has been found valid is neither parsed nor validated
 * again, here and on the fast path.
 */
export function useDocuments(documents: Documents, limits: Limits): Plugin {
  const texts = new WeakMap<DocumentNode, string>();
  return {
    onParse({ params, setParsedDocument }) {
      const text = String(params.source);
      const document = documents.get(text) ?? parsed(limits, text);
      texts.set(document, text);
      setParsedDocument(document);
    },
    onValidate({ params, setResult }) {
      const document = params.documentAST as DocumentNode;
      const text = texts.get(document) ?? '';
      if (documents.get(text) === document) return setResult([]);
      return ({ result, setResult: setErrors }) => {
        const errors = result as readonly GraphQLError[];
        if (errors.length === 0) documents.remember(text, document);
        else setErrors(errors.map((error) => nameBadLiteral(document, error)) as never);
      };
    },
  };
}
