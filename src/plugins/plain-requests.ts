import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { methodNotAllowed, unsupportedMediaType } from '../errors.ts';
import { bodyParameters, type Parameters, urlParameters } from '../lane/parameters.ts';
import { isJson } from '../lane/request.ts';
import type { PersistedDocuments } from '../persisted/persisted-documents.ts';

/**
 * Takes queries only as JSON, or as the parameters of a GET: what a form of a foreign page can send without asking, the browser
 * is to ask about first (CORS). Bodies are not decompressed: a small one could hold a large one. A document may be called by
 * its name.
 */
export function usePlainRequests(persisted: PersistedDocuments): Plugin {
  return {
    onRequestParse({ request, setRequestParser }) {
      if (request.method === 'POST') checkBody(request.headers);
      else if (request.method !== 'GET') throw methodNotAllowed();
      setRequestParser(async (request) => {
        const isGet = request.method === 'GET';
        return withText(persisted, isGet ? urlParameters(request.url) : bodyParameters(await request.text()));
      });
    },
  };
}

function checkBody(headers: Headers): void {
  const encoding = headers.get('content-encoding');
  if (encoding !== null && encoding !== 'identity') throw unsupportedMediaType('a body that is not compressed');
  if (!isJson(headers.get('content-type'))) throw unsupportedMediaType('Content-Type: application/json');
}

/** The parameters as Yoga knows them, with the text of a document in the place of its name. */
function withText(persisted: PersistedDocuments, parameters: Parameters): GraphQLParams {
  const { operationName, variables, extensions } = parameters;
  return { query: persisted.textOf(parameters), operationName, variables, extensions } as GraphQLParams;
}
