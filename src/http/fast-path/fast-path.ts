import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PerspectiveName } from '../../db/perspective.ts';
import type { Answer } from '../../operation/answer.ts';
import type { AnswerCache } from '../../operation/answer-cache.ts';
import type { Deadline } from '../../operation/deadline.ts';
import type { DocumentCache } from '../../operation/document-cache.ts';
import { makeAnswer, pointsToTake } from '../../operation/make-answer.ts';
import type { Checked, Plan, Plans } from '../../operation/plans.ts';
import type { Snapshots } from '../../operation/snapshots.ts';
import type { Access, RequestHeaders } from '../access.ts';
import type { Cors } from '../cors.ts';
import type { EventLoopMonitor } from '../event-loop-monitor.ts';
import type { Metrics } from '../metrics.ts';
import type { PersistedDocuments } from '../persisted/persisted-documents.ts';
import type { Admission } from '../rate-limit/admission.ts';
import { OVERLOADED, type Refusal, refusalFor } from '../refusal.ts';
import { type HeaderReader, type Sent, send } from '../send-answer.ts';
import { mediaTypeFor, type ParsedRequest, ParsedRequests } from './request.ts';

export interface FastPathOptions {
  readonly access: Access;
  readonly documents: DocumentCache;
  readonly plans: Plans;
  readonly snapshots: Snapshots;
  readonly cache: AnswerCache;
  readonly cors: Cors;
  readonly metrics: Metrics;
  readonly persisted: PersistedDocuments;
  readonly admission: Admission | null;
  readonly eventLoop: EventLoopMonitor | null;
  readonly logError: (error: unknown) => void;
}

/** What `http/server.ts` knows of a request beside itself. */
export interface ServerContext {
  readonly deadline: Deadline;
  /** Of a POST; null if it is too large. */
  readonly body?: string | null;
}

/**
 * The fast path: plain requests for documents that are known to be valid, answered without a
 * framework. Whatever is not plainly one, and every answer that is not plainly good, it leaves to
 * Yoga, so there is one definition of each error; but what cannot be answered for lack of time it
 * refuses itself, as that must cost little. Gives whether it has answered.
 */
export function createFastPath(
  options: FastPathOptions,
): (request: IncomingMessage, response: ServerResponse, serverContext: ServerContext) => Promise<boolean> {
  const requests = new ParsedRequests(options.persisted);
  return async (message, response, serverContext) => {
    const since = performance.now();
    const header = toHeaderReader(message);
    const reply = await replyTo(options, requests, message, header, serverContext);
    // Nobody is there any more to be answered.
    if (serverContext.deadline.isClientGone) return true;
    if (!reply) return false;
    const { status, headers, body } = reply;
    response.writeHead(status, { ...headers, ...options.cors(header) }).end(body, 'latin1');
    options.metrics.observe(status, since);
    return true;
  };
}

/** Null for what Yoga answers. */
async function replyTo(
  options: FastPathOptions,
  requests: ParsedRequests,
  message: IncomingMessage,
  header: HeaderReader,
  { deadline, body }: ServerContext,
): Promise<Sent | Refusal | null> {
  const { admission, eventLoop, logError } = options;
  try {
    const fastRequest = toFastRequest(options, requests, message, header, body);
    const kept = fastRequest && keptAnswer(options, fastRequest);
    if (!kept && eventLoop?.isOverloaded && isForGraphql(message)) return OVERLOADED;
    if (!fastRequest) return null;
    if (admission) await admit(admission, fastRequest, message);
    const answer = kept ?? (await madeAnswer(options, fastRequest, deadline));
    return answer && send(answer, fastRequest.perspective, fastRequest.mediaType, header);
  } catch (error) {
    const refusal = refusalFor(error);
    if (refusal) logError(error);
    // Yoga answers what else is wrong.
    return refusal;
  }
}

function isForGraphql({ method, url = '' }: IncomingMessage): boolean {
  return (method === 'GET' || method === 'POST') && /^\/graphql(\?|$)/.test(url);
}

/** A query that the fast path may answer. */
interface FastRequest {
  readonly plan: Plan;
  readonly request: ParsedRequest;
  /** Called where it is needed: what is kept as an answer was checked before. */
  readonly checked: () => Checked;
  readonly requestHeaders: RequestHeaders;
  readonly perspective: PerspectiveName;
  /** Its key in the answer cache; null if it is not to be kept. */
  readonly key: string | null;
  /** What the answer is to be. */
  readonly mediaType: string;
}

function toFastRequest(
  { documents, plans, access }: FastPathOptions,
  requests: ParsedRequests,
  message: IncomingMessage,
  header: HeaderReader,
  body: ServerContext['body'],
): FastRequest | null {
  const mediaType = mediaTypeFor(message);
  const request = readRequest(requests, message, body);
  if (mediaType === null || request === null) return null;
  const document = documents.get(request.query);
  const plan = document && plans.of(document, request.operationName);
  if (plan?.operation.operation !== 'query') return null;
  const requestHeaders = new MessageHeaders(message, header);
  const perspective = access.perspectiveOf(requestHeaders);
  const checked = lazily(() => plan.check(request.variables));
  const key = perspective === 'PUBLISHED' ? request.key : null;
  return { plan, request, checked, requestHeaders, perspective, key, mediaType };
}

function readRequest(
  requests: ParsedRequests,
  message: IncomingMessage,
  body: ServerContext['body'],
): ParsedRequest | null {
  const { method, url = '' } = message;
  if (method === 'GET') return /^\/graphql(\?|$)/.test(url) ? requests.ofUrl(url) : null;
  return method === 'POST' && url === '/graphql' && typeof body === 'string' ? requests.ofBody(body) : null;
}

/** Throws if the client has no points left. */
async function admit(
  admission: Admission,
  { requestHeaders, checked }: FastRequest,
  message: IncomingMessage,
): Promise<void> {
  await admission.take(requestHeaders, message, pointsToTake(checked()));
}

/** An answer that takes neither a statement nor a wait. */
function keptAnswer({ snapshots, cache }: FastPathOptions, { key }: FastRequest): Answer | undefined {
  const version = key === null ? undefined : snapshots.knownVersion('PUBLISHED');
  return key === null || version === undefined ? undefined : cache.kept(key, version);
}

/** Null where it is not plainly good. */
async function madeAnswer(
  { snapshots, cache }: FastPathOptions,
  fastRequest: FastRequest,
  deadline: Deadline,
): Promise<Answer | null> {
  const { plan, request, checked, perspective, key } = fastRequest;
  const make = () => makeAnswer(snapshots, plan, perspective, request.variables, checked(), deadline);
  if (key === null) return (await make())?.answer ?? null;
  return cache.get(key, await snapshots.version(perspective), make);
}

function lazily<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function toHeaderReader({ headers }: IncomingMessage): HeaderReader {
  return (name) => {
    const value = headers[name];
    return typeof value === 'string' ? value : (value?.join(', ') ?? null);
  };
}

class MessageHeaders implements RequestHeaders {
  readonly header: HeaderReader;
  readonly #host: string;

  constructor({ headers }: IncomingMessage, header: HeaderReader) {
    this.header = header;
    this.#host = headers.host ?? 'localhost';
  }

  /** Read only where drafts are shown without a token. */
  get hostname(): string {
    return new URL(`http://${this.#host}`).hostname;
  }
}
