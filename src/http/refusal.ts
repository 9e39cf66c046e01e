import type { GraphQLError } from 'graphql';
import { DatabaseUnavailable } from '../db/failures.ts';
import { serviceUnavailable, timedOut } from '../graph/errors.ts';
import { foreseenCause } from '../operation/foreseen-cause.ts';

/** What is sent to a request that gets no answer, as Yoga sends it. */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Made once: when it counts, there are thousands a second. */
const UNAVAILABLE = toRefusal(serviceUnavailable());
const TIMED_OUT = toRefusal(timedOut());

/** For whoever comes while there is no time for more. */
export const OVERLOADED = UNAVAILABLE;

/** Null for what is not foreseen. */
export function refusalFor(error: unknown): Refusal | null {
  const cause = foreseenCause(error);
  return cause && (cause instanceof DatabaseUnavailable ? UNAVAILABLE : TIMED_OUT);
}

function toRefusal({ message, extensions: { http, ...extensions } }: GraphQLError): Refusal {
  const { status, headers } = http as { status: number; headers: Record<string, string> };
  const body = JSON.stringify({ errors: [{ message, extensions }] });
  const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    status,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      'cache-control': 'no-store',
      ...Object.fromEntries(lowerCase),
    },
    body,
  };
}
