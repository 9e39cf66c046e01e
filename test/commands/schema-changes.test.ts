import { describe, expect, test } from '@jest/globals';
import { listChanges, schemaChanges } from '../../src/commands/schema-changes.ts';

const BEFORE = `
  type Query { article(by: ArticleBy!): Article search(first: Int = 20): [Article!]! }
  type Article { title: String! kind: Kind! }
  enum Kind { TEXT VIDEO }
  input ArticleBy { id: ID url: String }`;

const changes = (from: string, to: string) => schemaChanges(BEFORE, BEFORE.replace(from, to));

describe('the changes of a schema', () => {
  test('are none where only text, order or what is new differ', () => {
    const none = { breaking: [], dangerous: [] };
    expect(changes('type Article { title: String!', '"Told." type Article { excerpt: String title: String!')).toEqual(
      none,
    );
  });

  test.each([
    ['a field that is gone', 'title: String! ', '', 'FIELD_REMOVED: Article.title was removed.'],
    [
      'a field that may be null now',
      'title: String!',
      'title: String',
      'FIELD_CHANGED_KIND: Article.title changed type',
    ],
    ['an argument that is needed now', 'search(first', 'search(text: String!, first', 'REQUIRED_ARG_ADDED: '],
    [
      'an enum value that is gone',
      'TEXT VIDEO',
      'TEXT',
      'VALUE_REMOVED_FROM_ENUM: VIDEO was removed from enum type Kind',
    ],
    [
      'an input of which only one field may be given now',
      'ArticleBy {',
      'ArticleBy @oneOf {',
      'ONE_OF_ADDED: ArticleBy takes',
    ],
  ])('break clients: %s', (_what, from, to, expected) => {
    const { breaking, dangerous } = changes(from, to);
    expect(listChanges(breaking)).toContain(expected);
    expect(dangerous).toEqual([]);
  });

  test.each([
    [
      'a new enum value',
      'TEXT VIDEO',
      'TEXT VIDEO PODCAST',
      'VALUE_ADDED_TO_ENUM: PODCAST was added to enum type Kind.',
    ],
    ['another default', 'first: Int = 20', 'first: Int = 10', 'ARG_DEFAULT_VALUE_CHANGE: '],
  ])('are dangerous, yet break nobody: %s', (_what, from, to, expected) => {
    const { breaking, dangerous } = changes(from, to);
    expect(listChanges(dangerous)).toContain(expected);
    expect(breaking).toEqual([]);
  });
});
