import type { GraphQLParams, Plugin } from 'graphql-yoga';
import { badRequest, bodyTooLarge, methodNotAllowed, unsupportedMediaType } from '../../graph/errors.ts';
import type { Arrived } from '../fast-path/fast-path.ts';
import { isJson } from '../fast-path/request.ts';
import { bodyParameters, type Parameters, urlParameters } from '../parameters.ts';
import type { PersistedDocuments } from '../persisted/persisted-documents.ts';

/**
 * Takes queries only as JSON, or as the parameters of a GET: what a form of a foreign page can send
 * without asking, the browser is to ask about first (CORS). Bodies are not decompressed: a small
 * one could hold a large one. A document may be called by its name.
 */
export function usePlainRequests(persisted: PersistedDocuments, maxBodyBytes: number): Plugin {
  return {
    onRequestParse({ request, serverContext, setRequestParser }) {
      if (request.method === 'POST') checkHead(request.headers);
      else if (request.method !== 'GET') throw methodNotAllowed();
      const { body } = serverContext as Partial<Arrived>;
      setRequestParser(async (request) => {
        if (request.method === 'GET') return withText(persisted, urlParameters(request.url));
        const text = body === undefined ? await request.text() : body;
        if (text === null || Buffer.byteLength(text) > maxBodyBytes) throw bodyTooLarge(maxBodyBytes);
        return withText(persisted, bodyParameters(text));
      });
    },
  };
}

function checkHead(headers: Headers): void {
  const encoding = headers.get('content-encoding');
  if (encoding !== null && encoding !== 'identity') throw unsupportedMediaType('a body that is not compressed');
  if (!isJson(headers.get('content-type'))) throw unsupportedMediaType('Content-Type: application/json');
}

/** The parameters as Yoga knows them, with the text of a document in the place of its name. */
function withText(persisted: PersistedDocuments, parameters: Parameters): GraphQLParams {
  const { operationName, variables, extensions } = parameters;
  const query = persisted.textOf(parameters);
  if (query === undefined) throw badRequest('expected a query, or the id of a document, got neither');
  return { query, operationName, variables, extensions } as GraphQLParams;
}
