import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { PerspectiveName } from '../../db/perspective.ts';
import { Answer } from '../../operation/answer.ts';
import type { Deadline } from '../../operation/deadline.ts';
import type { DocumentCache } from '../../operation/document-cache.ts';
import { foreseenCause } from '../../operation/foreseen.ts';
import type { Limits } from '../../operation/limits/limits.ts';
import { type AnswerServices, makeAnswer, pointsToTake } from '../../operation/make-answer.ts';
import type { Checked, Executor, Plan, Plans } from '../../operation/plans.ts';
import type { Access, RequestHeaders } from '../access.ts';
import type { Cors } from '../cors.ts';
import type { Metrics } from '../metrics.ts';
import type { PersistedDocuments } from '../persisted/persisted-documents.ts';
import type { Admission } from '../rate-limit/admission.ts';
import { EXECUTOR_HEADER, type HeaderReader, type Sent, send } from '../send-answer.ts';
import { mediaTypeFor, type ParsedRequest, ParsedRequests } from './request.ts';

export interface FastPathOptions extends AnswerServices {
  readonly access: Access;
  readonly documents: DocumentCache;
  readonly plans: Plans;
  readonly limits: Limits;
  readonly executor: Executor | undefined;
  readonly cors: Cors;
  readonly metrics: Metrics;
  readonly persisted: PersistedDocuments;
  readonly admission: Admission | null;
  /** Whether an answer names the executor that has made it. */
  readonly showsExecutor: boolean;
}

/** What `http/server.ts` knows of a request beside itself. */
export interface ServerContext {
  readonly deadline: Deadline;
  /** Of a POST; null if it is too large. */
  readonly body?: string | null;
  /**
   * Set where the operation has been executed, but not answered: gives its result, which has
   * errors, or throws what executing threw, so that Yoga answers it without executing it again.
   */
  executed?: () => Promise<ExecutionResult>;
}

/**
 * The fast path: plain requests for documents that are known to be valid, answered without a
 * framework. Whatever is not plainly one, and every answer that is not plainly good, it leaves to
 * Yoga, so there is one definition of each error. Gives whether it has answered.
 */
export function createFastPath(
  options: FastPathOptions,
): (request: IncomingMessage, response: ServerResponse, serverContext: ServerContext) => Promise<boolean> {
  const requests = new ParsedRequests(options.persisted);
  return async (message, response, serverContext) => {
    const since = performance.now();
    const header = toHeaderReader(message);
    const sent = await answerOf(options, requests, message, header, serverContext).catch((error) => {
      // Yoga answers what is wrong. A foreseen failure, such as a timeout, is not tried again.
      if (foreseenCause(error)) serverContext.executed = () => Promise.reject(error);
      return null;
    });
    // Nobody is there any more to be answered.
    if (serverContext.deadline.isClientGone) return true;
    if (!sent) return false;
    const headers = Object.assign(sent.headers, options.cors(header));
    response.writeHead(sent.status, headers).end(sent.body, 'latin1');
    options.metrics.observe(sent.status, since);
    return true;
  };
}

/** Null where it is left to Yoga. */
async function answerOf(
  options: FastPathOptions,
  requests: ParsedRequests,
  message: IncomingMessage,
  header: HeaderReader,
  serverContext: ServerContext,
): Promise<Sent | null> {
  const fastRequest = toFastRequest(options, requests, message, header, serverContext.body);
  if (!fastRequest) return null;
  if (options.admission) await admit(options.admission, fastRequest, message);
  const answer = keptAnswer(options, fastRequest) ?? (await madeAnswer(options, fastRequest, serverContext.deadline));
  if (answer instanceof Answer) return toSent(options, answer, fastRequest, header);
  if (answer) serverContext.executed = async () => answer;
  return null;
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

function toSent(
  { showsExecutor }: FastPathOptions,
  answer: Answer,
  { perspective, mediaType }: FastRequest,
  header: HeaderReader,
): Sent {
  const sent = send(answer, perspective, mediaType, header);
  if (showsExecutor) sent.headers[EXECUTOR_HEADER] = answer.executor;
  return sent;
}

function toFastRequest(
  { documents, limits, executor, plans, access }: FastPathOptions,
  requests: ParsedRequests,
  message: IncomingMessage,
  header: HeaderReader,
  body: ServerContext['body'],
): FastRequest | null {
  const mediaType = mediaTypeFor(message);
  const request = readRequest(requests, message, body);
  if (mediaType === null || request === null) return null;
  const document = executor === 'compiled' ? documents.validated(request.query, limits) : documents.get(request.query);
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
function keptAnswer({ snapshots, cache, metrics }: FastPathOptions, { key }: FastRequest): Answer | undefined {
  const version = key === null ? undefined : snapshots.knownVersion('PUBLISHED');
  const answer = key === null || version === undefined ? undefined : cache.kept(key, version);
  if (answer) metrics.countOperation('cache');
  return answer;
}

function madeAnswer(options: FastPathOptions, { request, checked, ...fastRequest }: FastRequest, deadline: Deadline) {
  return makeAnswer(options, { ...fastRequest, variables: request.variables, checked: checked() }, deadline);
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
