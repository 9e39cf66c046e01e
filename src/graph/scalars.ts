import { GraphQLScalarType } from 'graphql';
import { z } from 'zod';
import { httpUrlProblem } from '../lib/http-url.ts';
import { isInstant } from '../lib/instant.ts';

/** A year within bounds where it is written may be out of them in UTC. */
const dateTime = z.iso.datetime({ offset: true }).refine((text) => isInstant(Date.parse(text)));

export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description:
    'An instant, as RFC 3339 text: `2023-05-10T13:42:00Z`. Answers are in UTC, with milliseconds only where there are any. ' +
    'Input needs a time zone and a date that exists.',
  specifiedByURL: 'https://scalars.graphql.org/andimarek/date-time',
  serialize: (value) => (value as Date).toISOString().replace('.000Z', 'Z'),
  parseValue(value) {
    if (typeof value === 'string' && dateTime.safeParse(value).success) return new Date(value);
    throw new TypeError(`expected an RFC 3339 date with a time zone (2023-05-10T13:42:00Z), got ${show(value)}`);
  },
});

export const URLText = new GraphQLScalarType<string, string>({
  name: 'URL',
  description: 'An absolute http or https address, as its provider wrote it.',
  specifiedByURL: 'https://url.spec.whatwg.org/',
  serialize: (value) => value as string,
  parseValue(value) {
    const problem = typeof value === 'string' ? httpUrlProblem(value) : 'not a text';
    if (problem === null) return value as string;
    throw new TypeError(`expected an absolute http or https URL, got ${show(value)} (${problem})`);
  },
});

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
