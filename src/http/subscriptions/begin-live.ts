import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import pLimit from 'p-limit';
import { notAcceptable } from '../../graph/errors.ts';
import { weightsOf } from '../../lib/weights.ts';
import { Answer } from '../../operation/answer.ts';
import { cacheKey } from '../../operation/answer-cache.ts';
import { Deadline } from '../../operation/deadline.ts';
import { type AnswerServices, makeAnswer, pointsToTake } from '../../operation/make-answer.ts';
import type { Plans } from '../../operation/plans.ts';
import { type Access, toRequestHeaders } from '../access.ts';
import type { Admission } from '../rate-limit/admission.ts';
import type { RequestContext } from '../request-context.ts';
import { isErrorFree, LiveAnswer, liveAnswers, type SentAnswer } from './live-answers.ts';
import type { Subscription, Subscriptions } from './subscriptions.ts';

export interface SubscriptionServices extends AnswerServices {
  readonly subscriptions: Subscriptions;
  readonly plans: Plans;
  readonly access: Access;
  readonly admission: Admission | null;
  /** In milliseconds, for each answer. */
  readonly requestTimeout: number;
}

/** What Yoga knows of a request when it is executed. */
export interface SubscriptionContext extends RequestContext {
  readonly request: Request;
  readonly params: Parameters<typeof cacheKey>[0];
  readonly req?: IncomingMessage;
  readonly res?: ServerResponse;
}

/**
 * A commit wakes all subscriptions: so many at a time execute, so that other requests get their
 * turn.
 */
const AT_ONCE = 4;

/** How long a client may take to read why its subscription ends. */
const END_GRACE_MS = 2_000;

/** Begins the subscription of a request: gives its answers over time, or why it does not begin. */
export type BeginLive = (args: ExecutionArgs) => Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;

export function createLive(options: SubscriptionServices): BeginLive {
  const { subscriptions, access, snapshots } = options;
  const inTurn = pLimit(AT_ONCE);
  return async (args) => {
    const context = args.contextValue as SubscriptionContext;
    if (!takesEvents(context.request.headers.get('accept'))) throw notAcceptable();
    const read = reader(options, args, context);
    if (typeof read !== 'function') return read;
    const subscription = subscriptions.open(() => void access.perspectiveOf(toRequestHeaders(context.request)));
    endWith(subscription, context);
    const version = () => snapshots.version(context.perspective);
    const first = await begin(subscription, version, read);
    if (!isErrorFree(first.answer)) return first.answer;
    const { signal } = subscription;
    const readInTurn = () => inTurn(async () => (signal.aborted ? {} : read()));
    const answers = liveAnswers({ changes: snapshots.changes, signal, version, read: readInTurn, first });
    return toResults(first.answer, answers, subscription);
  };
}

/**
 * The response and the subscription end together; a client that does not read the end is cut off.
 */
function endWith(subscription: Subscription, { res, deadline }: SubscriptionContext): void {
  res?.once('close', () => subscription.end());
  const cutOff = () => {
    if (res && !res.writableFinished) res.destroy();
  };
  subscription.signal.addEventListener('abort', () => setTimeout(cutOff, END_GRACE_MS).unref(), { once: true });
  if (deadline.isClientGone) subscription.end();
}

/** What keeps a subscription from beginning is answered as it is for any other request. */
async function begin(
  subscription: Subscription,
  version: () => Promise<number>,
  read: () => Promise<ExecutionResult>,
): Promise<SentAnswer> {
  try {
    const first = { version: await version(), answer: await read() };
    if (!isErrorFree(first.answer)) subscription.end();
    return first;
  } catch (error) {
    subscription.end();
    throw error;
  }
}

/** Reads the answer as of now; or the errors of an operation that is never to be executed. */
function reader(
  services: SubscriptionServices,
  { document, operationName, variableValues }: ExecutionArgs,
  { request, req, params, perspective }: SubscriptionContext,
): (() => Promise<ExecutionResult>) | ExecutionResult {
  const { plans, snapshots, metrics, admission, requestTimeout } = services;
  const plan = plans.of(document, operationName);
  const variables = variableValues ?? {};
  const checked = plan?.check(variables);
  if (!plan || !checked) throw new Error('expected an operation that has been found valid');
  const { errors, cost } = checked;
  const extensions = cost && { cost };
  if (errors.length > 0) return { errors, ...(extensions && { extensions }) };
  const key = perspective === 'PUBLISHED' ? cacheKey(params) : null;
  const headers = toRequestHeaders(request);
  return async () => {
    await admission?.takeMore(headers, req ?? request, pointsToTake(checked));
    const deadline = new Deadline(requestTimeout);
    const answer = await makeAnswer(services, { plan, perspective, variables, checked, key }, deadline);
    if (answer instanceof Answer) return new LiveAnswer(answer);
    metrics.countOperation('reference');
    if (answer) return answer;
    const { result } = await snapshots.execute(perspective, (graph) => plan.execute(graph, variables), deadline);
    return { ...result, ...(extensions && { extensions }) };
  };
}

async function* toResults(
  first: ExecutionResult,
  others: AsyncGenerator<ExecutionResult, void>,
  subscription: Subscription,
): AsyncGenerator<ExecutionResult, void> {
  try {
    if (!subscription.signal.aborted) yield first;
    yield* others;
    if (subscription.endError) yield { errors: [subscription.endError as never] };
  } finally {
    subscription.end();
  }
}

/** Without the header anything is taken; the more exact range counts (RFC 9110, 12.5.1). */
function takesEvents(accept: string | null): boolean {
  const weights = weightsOf(accept ?? '*/*');
  return (weights.get('text/event-stream') ?? weights.get('text/*') ?? weights.get('*/*') ?? 0) > 0;
}
