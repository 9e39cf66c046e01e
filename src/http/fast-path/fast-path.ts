import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { PerspectiveName } from '../../db/perspective.ts';
import { Answer } from '../../operation/answer.ts';
import type { Deadline } from '../../operation/deadline.ts';
import type { Documents } from '../../operation/document-cache.ts';
import { foreseenCause } from '../../operation/foreseen.ts';
import type { Limits } from '../../operation/limits/limits.ts';
import { type AnswerParts, makeAnswer, pointsOf } from '../../operation/make-answer.ts';
import type { Checked, Executor, Plan, Plans } from '../../operation/plans.ts';
import type { Door, Visitor } from '../access.ts';
import type { Cors } from '../cors.ts';
import type { Metrics } from '../metrics.ts';
import type { PersistedDocuments } from '../persisted/persisted-documents.ts';
import type { Admission } from '../rate-limit/admission.ts';
import { EXECUTOR_HEADER, type HeaderOf, type Sent, send } from '../send-answer.ts';
import { type LaneRequest, LaneRequests, mediaTypeFor } from './request.ts';

export interface LaneOptions extends AnswerParts {
  readonly door: Door;
  readonly documents: Documents;
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

/** What comes with a request. */
export interface Arrived {
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
 * The express lane: plain requests for documents that are known to be valid, answered without a framework. Whatever is not
 * plainly one, and every answer that is not plainly good, it leaves to the ordinary way, so there is one definition of each
 * error. Gives whether it has answered.
 */
export function createLane(
  options: LaneOptions,
): (request: IncomingMessage, response: ServerResponse, arrived: Arrived) => Promise<boolean> {
  const requests = new LaneRequests(options.persisted);
  return async (message, response, arrived) => {
    const since = performance.now();
    const header = headerOf(message);
    const sent = await answerOf(options, requests, message, header, arrived).catch((error) => {
      // Yoga answers what is wrong. A foreseen failure, such as a timeout, is not tried again.
      if (foreseenCause(error)) arrived.executed = () => Promise.reject(error);
      return null;
    });
    // Nobody is there any more to be answered.
    if (arrived.deadline.isClientGone) return true;
    if (!sent) return false;
    const headers = Object.assign(sent.headers, options.cors(header));
    response.writeHead(sent.status, headers).end(sent.body, 'latin1');
    options.metrics.observe(sent.status, since);
    return true;
  };
}

/** Null where it is left to Yoga. */
async function answerOf(
  options: LaneOptions,
  requests: LaneRequests,
  message: IncomingMessage,
  header: HeaderOf,
  arrived: Arrived,
): Promise<Sent | null> {
  const asked = ask(options, requests, message, header, arrived.body);
  if (!asked) return null;
  if (options.admission) await admit(options.admission, asked, message);
  const answer = keptAnswer(options, asked) ?? (await madeAnswer(options, asked, arrived.deadline));
  if (answer instanceof Answer) return toSent(options, answer, asked, header);
  if (answer) arrived.executed = async () => answer;
  return null;
}

/** A query that the lane may answer. */
interface Asked {
  readonly plan: Plan;
  readonly request: LaneRequest;
  /** Asked for where it is needed: what is kept as an answer was checked before. */
  readonly checked: () => Checked;
  readonly visitor: Visitor;
  readonly perspective: PerspectiveName;
  /** What tells its answer from others; null if it is not to be kept. */
  readonly key: string | null;
  /** What the answer is to be. */
  readonly mediaType: string;
}

function toSent(
  { showsExecutor }: LaneOptions,
  answer: Answer,
  { perspective, mediaType }: Asked,
  header: HeaderOf,
): Sent {
  const sent = send(answer, perspective, mediaType, header);
  if (showsExecutor) sent.headers[EXECUTOR_HEADER] = answer.executor;
  return sent;
}

function ask(
  { documents, limits, executor, plans, door }: LaneOptions,
  requests: LaneRequests,
  message: IncomingMessage,
  header: HeaderOf,
  body: Arrived['body'],
): Asked | null {
  const mediaType = mediaTypeFor(message);
  const request = readRequest(requests, message, body);
  if (mediaType === null || request === null) return null;
  const document = executor === 'compiled' ? documents.validated(request.query, limits) : documents.get(request.query);
  const plan = document && plans.of(document, request.operationName);
  if (plan?.operation.operation !== 'query') return null;
  const visitor = new MessageVisitor(message, header);
  const perspective = door.perspectiveOf(visitor);
  const checked = lazily(() => plan.check(request.variables));
  const key = perspective === 'PUBLISHED' ? request.key : null;
  return { plan, request, checked, visitor, perspective, key, mediaType };
}

function readRequest(requests: LaneRequests, message: IncomingMessage, body: Arrived['body']): LaneRequest | null {
  const { method, url = '' } = message;
  if (method === 'GET') return /^\/graphql(\?|$)/.test(url) ? requests.ofUrl(url) : null;
  return method === 'POST' && url === '/graphql' && typeof body === 'string' ? requests.ofBody(body) : null;
}

/** Throws if whoever asks has to wait. */
async function admit(admission: Admission, { visitor, checked }: Asked, message: IncomingMessage): Promise<void> {
  await admission.take(visitor, message, pointsOf(checked()));
}

/** What nobody need be asked for, nor waited for. */
function keptAnswer({ reads, cache, metrics }: LaneOptions, { key }: Asked): Answer | undefined {
  const version = key === null ? undefined : reads.knownVersion('PUBLISHED');
  const answer = key === null || version === undefined ? undefined : cache.kept(key, version);
  if (answer) metrics.countOperation('cache');
  return answer;
}

function madeAnswer(options: LaneOptions, { request, checked, ...asked }: Asked, deadline: Deadline) {
  return makeAnswer(options, { ...asked, variables: request.variables, checked: checked() }, deadline);
}

function lazily<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function headerOf({ headers }: IncomingMessage): HeaderOf {
  return (name) => {
    const value = headers[name];
    return typeof value === 'string' ? value : (value?.join(', ') ?? null);
  };
}

class MessageVisitor implements Visitor {
  readonly header: HeaderOf;
  readonly #host: string;

  constructor({ headers }: IncomingMessage, header: HeaderOf) {
    this.header = header;
    this.#host = headers.host ?? 'localhost';
  }

  /** Looked at only where drafts are shown without a token. */
  get hostname(): string {
    return new URL(`http://${this.#host}`).hostname;
  }
}
