import { WrongAnswer } from '../wrong-answer.ts';
import type { Contestant } from './contestants.ts';
import type { Case, Operation } from './question.ts';

/** A request as it goes over the wire. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

type Asked = Pick<Contestant, 'name' | 'origin' | 'headers' | 'dialectOf'>;

/** The request for a case; first asks for the cursor that it begins behind, if it does. */
export async function toRequest(contestant: Asked, operation: Operation, asked: Case): Promise<HttpRequest> {
  return requestOf(contestant, operation, asked, await cursorFor(contestant, operation, asked));
}

/** All at once would be a load of its own: one by one. */
export async function toRequests(contestant: Asked, operation: Operation, cases: readonly Case[]) {
  const requests: HttpRequest[] = [];
  for (const asked of cases) requests.push(await toRequest(contestant, operation, asked));
  return requests;
}

/** The common answer to a case. Throws `WrongAnswer` where there is none. */
export async function ask(contestant: Asked, operation: Operation, asked: Case): Promise<object> {
  return answerTo(contestant, operation, await toRequest(contestant, operation, asked));
}

async function cursorFor(contestant: Asked, operation: Operation, asked: Case): Promise<string | null> {
  const { skip, ...rest } = asked;
  if (skip === undefined || !operation.endCursor) return null;
  const before = requestOf(contestant, operation, { ...rest, first: skip }, null);
  return operation.endCursor((await answerTo(contestant, operation, before)) as never);
}

function requestOf(contestant: Asked, operation: Operation, asked: Case, after: string | null): HttpRequest {
  const { document, variables } = contestant.dialectOf(operation);
  // As a client's build step prints it.
  const query = document.replace(/\s+/g, ' ');
  const body = JSON.stringify({ operationName: operation.name, query, variables: variables(asked, after) });
  // Without compression: what `fetch` would ask for by itself, the load would not.
  const headers = {
    'content-type': 'application/json',
    accept: 'application/json',
    'accept-encoding': 'identity',
    ...contestant.headers,
  };
  return { method: 'POST', path: '/graphql', headers, body };
}

/** PostgreSQL writes spaces there. */
const DATA = /^\{"data" ?: ?\{/;

/** The common answer to a request. Throws `WrongAnswer` where there is none. */
export async function answerTo(contestant: Asked, operation: Operation, request: HttpRequest): Promise<object> {
  const response = await fetch(contestant.origin + request.path, { ...request } as RequestInit);
  const text = await response.text();
  if (response.status !== 200 || !DATA.test(text) || text.includes('"errors":[')) {
    const got = `${response.status} ${text.slice(0, 500)}`;
    throw new WrongAnswer(`${contestant.name}, ${request.body}: expected data, got ${got}`);
  }
  return contestant.dialectOf(operation).toCommon(JSON.parse(text).data as never);
}
