import type { z } from 'zod';
import { Rejection, type RejectionCode } from '../files/rejection.ts';
import { type Document, documentSchema } from './document.ts';
import type { FrontMatter } from './front-matter.ts';
import { type DataPath, placeOf } from './yaml-place.ts';

/**
 * Front matter as a document. Throws `Rejection`, with the place of the first field that is wrong.
 */
export function toDocument({ data, yaml }: FrontMatter): Document {
  const result = documentSchema.safeParse(data, { reportInput: true });
  if (result.success) return result.data;
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  const name = nameOf(issue.path);
  const got = describe(valueAt(data, issue.path));
  throw new Rejection(
    codeOf(issue, got),
    `${name}: expected ${expectationOf(issue)}, got ${got}`,
    placeOf(yaml, issue.path),
  );
}

function codeOf(issue: z.core.$ZodIssue, got: string): RejectionCode {
  if (issue.code === 'custom') return issue.params?.['code'];
  if (got === 'nothing') return 'FIELD_MISSING';
  if (issue.code === 'invalid_format' && issue.format === 'datetime') return 'DATE_INVALID';
  if (issue.code === 'too_big' || issue.code === 'too_small') return 'VALUE_OUT_OF_RANGE';
  return 'FIELD_TYPE';
}

function expectationOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `${/^[aio]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
    case 'invalid_format':
      if (issue.format === 'datetime') return 'a date that exists, with a time zone (2023-05-10T13:42:00Z)';
      return issue.message;
    case 'too_big':
      return `at most ${issue.maximum}${unitOf(issue.origin)}`;
    case 'too_small':
      return `at least ${issue.minimum}${unitOf(issue.origin)}`;
    case 'custom':
      return issue.params?.['code'] === 'URL_INVALID' ? 'an absolute http or https URL' : issue.message;
    default:
      return issue.message;
  }
}

function unitOf(origin: string): string {
  return origin === 'string' ? ' characters' : '';
}

function nameOf(path: DataPath): string {
  const name = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('');
  return name.replace(/^\./, '') || 'front matter';
}

function valueAt(data: unknown, path: DataPath): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], data);
}

function describe(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const text = typeof value === 'string' ? JSON.stringify(value) : `${typeof value} ${String(value)}`;
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
