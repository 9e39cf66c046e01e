import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Answer, type HeaderOf, type Sent, send } from '../answers.ts';
import type { Cors } from '../cors.ts';
import type { Deadline } from '../deadline.ts';
import type { Documents } from '../documents.ts';
import type { Door, Visitor } from '../door.ts';
import type { Metrics } from '../metrics.ts';
import type { PersistedDocuments } from '../persisted/persisted-documents.ts';
import type { Plans } from '../plans.ts';
import type { Admission } from '../rates/admission.ts';
import type { Reads } from '../reads.ts';
import type { AnswerCache } from './answer-cache.ts';
import { makeAnswer, pointsOf } from './make-answer.ts';
import { type LaneRequest, LaneRequests, mediaTypeFor } from './request.ts';

export interface LaneOptions {
  readonly door: Door;
  readonly documents: Documents;
  readonly plans: Plans;
  readonly reads: Reads;
  readonly cache: AnswerCache;
  readonly cors: Cors;
  readonly metrics: Metrics;
  readonly persisted: PersistedDocuments;
  readonly admission: Admission | null;
}

/** What comes with a request. */
export interface Arrived {
  readonly deadline: Deadline;
  /** Of a POST; null if it is too large. */
  readonly body?: string | null;
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
    const { deadline } = arrived;
    const sent = await answer(options, requests, message, arrived).catch(() => null);
    // Nobody is there any more to be answered.
    if (deadline.isClientGone) return true;
    if (!sent) return false;
    const headers = Object.assign(sent.headers, options.cors(headerOf(message)));
    // ASCII is the same in Latin-1, which is sent as it is.
    const isAscii = headers['content-length'] === String(sent.body?.length);
    response.writeHead(sent.status, headers).end(sent.body, isAscii ? 'latin1' : 'utf8');
    options.metrics.observe(sent.status, since);
    return true;
  };
}

interface Asked {
  readonly request: LaneRequest;
  /** What the answer is to be. */
  readonly mediaType: string;
}

function readRequest(requests: LaneRequests, message: IncomingMessage, body: Arrived['body']): Asked | null {
  const { method, url = '' } = message;
  if (!/^\/graphql(\?|$)/.test(url) || (method !== 'POST' && method !== 'GET')) return null;
  const mediaType = mediaTypeFor(message);
  if (mediaType === null) return null;
  if (method === 'GET') return asked(requests.ofUrl(url), mediaType);
  return url === '/graphql' && typeof body === 'string' ? asked(requests.ofBody(body), mediaType) : null;
}

function asked(request: LaneRequest | null, mediaType: string): Asked | null {
  return request && { request, mediaType };
}

async function answer(
  options: LaneOptions,
  requests: LaneRequests,
  message: IncomingMessage,
  { deadline, body }: Arrived,
): Promise<Sent | null> {
  const { documents, plans, door, reads, cache, admission } = options;
  const read = readRequest(requests, message, body);
  if (!read) return null;
  const { request, mediaType } = read;
  const document = documents.get(request.query);
  const plan = document && plans.of(document, request.operationName);
  if (plan?.operation.operation !== 'query') return null;
  const header = headerOf(message);
  const visitor = new MessageVisitor(message, header);
  const perspective = door.perspectiveOf(visitor);
  const checked = lazily(() => plan.check(request.variables));
  if (admission) await admission.take(visitor, message, pointsOf(checked()));
  const key = perspective === 'PUBLISHED' ? request.key : null;
  const kept = keptAnswer(options, key);
  if (kept) return send(kept, perspective, mediaType, header);
  const make = () => makeAnswer(reads, plan, perspective, request.variables, checked(), deadline);
  const made = key === null ? (await make())?.answer : await cache.get(key, await reads.version(perspective), make);
  return made ? send(made, perspective, mediaType, header) : null;
}

/** What nobody need be asked for, nor waited for. */
function keptAnswer({ reads, cache }: LaneOptions, key: string | null): Answer | undefined {
  const version = key === null ? undefined : reads.knownVersion('PUBLISHED');
  return key === null || version === undefined ? undefined : cache.kept(key, version);
}

/** What is kept as an answer was checked before. */
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
