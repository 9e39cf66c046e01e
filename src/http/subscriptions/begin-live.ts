import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import pLimit from 'p-limit';
import { notAcceptable } from '../../graph/errors.ts';
import { weightsOf } from '../../lib/weights.ts';
import { Answer } from '../../operation/answer.ts';
import { keyOf } from '../../operation/answer-cache.ts';
import { Deadline } from '../../operation/deadline.ts';
import { type AnswerParts, makeAnswer, pointsOf } from '../../operation/make-answer.ts';
import type { Plans } from '../../operation/plans.ts';
import { type Door, visitorOf } from '../access.ts';
import type { Admission } from '../rate-limit/admission.ts';
import type { RequestContext } from '../request-context.ts';
import { isTold, LiveAnswer, liveAnswers, type Told } from './live-answers.ts';
import type { Subscription, Subscriptions } from './subscriptions.ts';

export interface LiveParts extends AnswerParts {
  readonly subscriptions: Subscriptions;
  readonly plans: Plans;
  readonly door: Door;
  readonly admission: Admission | null;
  /** In milliseconds, for each answer. */
  readonly requestTimeout: number;
}

/** What Yoga knows of a request when it is executed. */
export interface Asked extends RequestContext {
  readonly request: Request;
  readonly params: Parameters<typeof keyOf>[0];
  readonly req?: IncomingMessage;
  readonly res?: ServerResponse;
}

/** A commit wakes all subscriptions: so many at a time are told of it, that other requests find room. */
const AT_ONCE = 4;

/** How long a client may take to be told why its subscription ends. */
const LAST_WORD_MS = 2_000;

/** Begins the subscription of a request: gives what its client is told over time, or why it does not begin. */
export type BeginLive = (args: ExecutionArgs) => Promise<AsyncIterable<ExecutionResult> | ExecutionResult>;

export function createLive(options: LiveParts): BeginLive {
  const { subscriptions, door, reads } = options;
  const inTurn = pLimit(AT_ONCE);
  return async (args) => {
    const asked = args.contextValue as Asked;
    if (!takesEvents(asked.request.headers.get('accept'))) throw notAcceptable();
    const read = reader(options, args, asked);
    if (typeof read !== 'function') return read;
    const subscription = subscriptions.open(() => void door.perspectiveOf(visitorOf(asked.request)));
    endWith(subscription, asked);
    const version = () => reads.version(asked.perspective);
    const first = await begin(subscription, version, read);
    if (!isTold(first.answer)) return first.answer;
    const { signal } = subscription;
    const readInTurn = () => inTurn(async () => (signal.aborted ? {} : read()));
    const answers = liveAnswers({ changes: reads.changes, signal, version, read: readInTurn, first });
    return told(first.answer, answers, subscription);
  };
}

/** The response and the subscription end together; but a client that takes no last word is not waited for. */
function endWith(subscription: Subscription, { res, deadline }: Asked): void {
  res?.once('close', () => subscription.end());
  const cutOff = () => {
    if (res && !res.writableFinished) res.destroy();
  };
  subscription.signal.addEventListener('abort', () => setTimeout(cutOff, LAST_WORD_MS).unref(), { once: true });
  if (deadline.isClientGone) subscription.end();
}

/** What keeps a subscription from beginning is answered as it is for any other request. */
async function begin(
  subscription: Subscription,
  version: () => Promise<number>,
  read: () => Promise<ExecutionResult>,
): Promise<Told> {
  try {
    const first = { version: await version(), answer: await read() };
    if (!isTold(first.answer)) subscription.end();
    return first;
  } catch (error) {
    subscription.end();
    throw error;
  }
}

/** Reads the answer as of now; or the errors of an operation that is never to be executed. */
function reader(
  parts: LiveParts,
  { document, operationName, variableValues }: ExecutionArgs,
  { request, req, params, perspective }: Asked,
): (() => Promise<ExecutionResult>) | ExecutionResult {
  const { plans, reads, metrics, admission, requestTimeout } = parts;
  const plan = plans.of(document, operationName);
  const variables = variableValues ?? {};
  const checked = plan?.check(variables);
  if (!plan || !checked) throw new Error('expected an operation that has been found valid');
  const { errors, cost } = checked;
  const extensions = cost && { cost };
  if (errors.length > 0) return { errors, ...(extensions && { extensions }) };
  const key = perspective === 'PUBLISHED' ? keyOf(params) : null;
  const visitor = visitorOf(request);
  return async () => {
    await admission?.takeMore(visitor, req ?? request, pointsOf(checked));
    const deadline = new Deadline(requestTimeout);
    const answer = await makeAnswer(parts, { plan, perspective, variables, checked, key }, deadline);
    if (answer instanceof Answer) return new LiveAnswer(answer);
    metrics.countOperation('reference');
    if (answer) return answer;
    const { result } = await reads.execute(perspective, (graph) => plan.execute(graph, variables), deadline);
    return { ...result, ...(extensions && { extensions }) };
  };
}

async function* told(
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

/** Without a word on it anything is taken; the more exact word counts (RFC 9110, 12.5.1). */
function takesEvents(accept: string | null): boolean {
  const weights = weightsOf(accept ?? '*/*');
  return (weights.get('text/event-stream') ?? weights.get('text/*') ?? weights.get('*/*') ?? 0) > 0;
}
