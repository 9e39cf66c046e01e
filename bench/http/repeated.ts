import { type HttpRequest, toRequest } from './ask.ts';
import type { Contestant } from './contestants.ts';
import type { Bench } from './part.ts';
import type { Operation } from './question.ts';
import { drawSample } from './sample.ts';

/** What an anonymous reader asks for again and again. */
export interface Repeated {
  readonly operation: string;
  /** The answer's body. */
  readonly body: Buffer;
  readonly answer: HttpRequest;
  /** With the ETag of the answer before; null if it had none. */
  readonly unchanged: HttpRequest | null;
}

/** One request for each operation that there is anything published for. */
export async function findRepeated({ world, options }: Bench, anonymous: Contestant): Promise<Repeated[]> {
  const sample = await drawSample(world.database, 'published');
  const found: Repeated[] = [];
  for (const operation of options.operations) {
    const [asked] = operation.cases(sample);
    if (asked) found.push(await repeatedOf(anonymous, operation, await toRequest(anonymous, operation, asked)));
  }
  return found;
}

async function repeatedOf({ origin }: Contestant, { name }: Operation, answer: HttpRequest): Promise<Repeated> {
  const { path, ...rest } = answer;
  const posted = await fetch(origin + path, rest as RequestInit);
  const body = Buffer.from(await posted.arrayBuffer());
  const get = toGet(answer);
  const got = await fetch(origin + get.path, { headers: get.headers });
  await got.arrayBuffer();
  const etag = got.headers.get('etag');
  const unchanged = etag === null ? null : { ...get, headers: { ...get.headers, 'if-none-match': etag } };
  return { operation: name, body, answer, unchanged };
}

function toGet({ path, headers, body = '{}' }: HttpRequest): HttpRequest {
  const { 'content-type': _, ...kept } = headers;
  const { variables, ...rest } = JSON.parse(body);
  const search = new URLSearchParams({ ...rest, variables: JSON.stringify(variables) });
  return { method: 'GET', path: `${path}?${search}`, headers: kept };
}
