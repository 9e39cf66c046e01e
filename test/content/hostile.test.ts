import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { RejectionCode } from '../../src/content/files/rejection.ts';
import type { SyncReport } from '../../src/content/report.ts';
import { sync } from '../../src/content/sync.ts';
import { engines, type TestDatabase } from '../harness/engines.ts';
import { article, entry, type TestFolder, testFolder, toMarkdown } from '../harness/files.ts';
import { contentsOf } from '../harness/tables.ts';

const good = toMarkdown(article('bad'));
/** The good document with more YAML at its end. */
const withYaml = (yaml: string) => good.replace(/---\n$/, `${yaml}\n---\n`);
/** The good document with some fields changed. */
const withFields = (fields: object) => toMarkdown(article('bad', fields));
const bytes = (...parts: (string | number[])[]) => Buffer.concat(parts.map((part) => Buffer.from(part as string)));
const withLine = (from: string | RegExp, to: string) => good.replace(from, to);

type Hostile = readonly [what: string, code: RejectionCode, content: string | Uint8Array, place?: string];

const HOSTILE: readonly Hostile[] = [
  ['front matter in JavaScript', 'FRONT_MATTER_LANGUAGE', '---js\nmodule.exports = process.exit(66)\n---\n', '1:1'],
  [
    'front matter in JavaScript by its long name',
    'FRONT_MATTER_LANGUAGE',
    '---javascript\nprocess.exit(66)\n---\n',
    '1:1',
  ],
  ['front matter in JSON', 'FRONT_MATTER_LANGUAGE', '---json\n{}\n---\n', '1:1'],
  ['no closing delimiter', 'FRONT_MATTER_UNCLOSED', '---\ntitle: "A"\n', '1:1'],
  ['a closing delimiter with something behind it', 'FRONT_MATTER_UNCLOSED', '---\ntitle: "A"\n---js\n', '1:1'],
  ['text before the opening delimiter', 'FRONT_MATTER_MISSING', ` \n${good}`, '1:1'],
  ['no front matter', 'FRONT_MATTER_MISSING', '# A heading\n', '1:1'],
  ['an empty file', 'FRONT_MATTER_MISSING', '', '1:1'],
  ['two byte order marks', 'BOM_REPEATED', `\ufeff\ufeff${good}`, '1:1'],
  ['invalid UTF-8', 'ENCODING_INVALID', bytes('---\ntitle: "', [0xff, 0xfe], '"\n---\n'), '1:1'],
  ['a raw NUL', 'CHARACTER_FORBIDDEN', withYaml('note: "a\0b"')],
  ['an escaped NUL', 'CHARACTER_FORBIDDEN', withYaml('note: "a\\0b"')],
  ['a raw lone surrogate', 'ENCODING_INVALID', bytes('---\nnote: "', [0xed, 0xa0, 0x80], '"\n---\n')],
  ['an escaped lone surrogate', 'CHARACTER_FORBIDDEN', withYaml('note: "\\ud800"')],
  ['an escaped lone surrogate in a key', 'CHARACTER_FORBIDDEN', withYaml('"\\ud800": 1')],
  ['an anchor and its alias', 'YAML_ANCHOR', withYaml('a: &a [x]\nb: *a')],
  ['an alias without its anchor', 'YAML_ANCHOR', withYaml('b: *nothing')],
  ['an alias bomb', 'YAML_ANCHOR', withYaml(aliasBomb())],
  ['a key twice', 'YAML_DUPLICATE_KEY', withYaml('title: "Again"')],
  ['a merge key', 'KEY_FORBIDDEN', withYaml('<<: { published: true }')],
  ['a custom tag', 'YAML_TAG', withYaml('note: !custom x')],
  ['a tag that would run code', 'YAML_TAG', withYaml('note: !!js/function "function () {}"')],
  ['__proto__ as a key', 'KEY_FORBIDDEN', withYaml('__proto__: { published: true }')],
  ['constructor as a key, deep down', 'KEY_FORBIDDEN', withYaml('a: [{ constructor: 1 }]')],
  ['nesting 20,000 levels deep', 'YAML_TOO_DEEP', withYaml(`note: ${'['.repeat(20_000)}${']'.repeat(20_000)}`)],
  ['YAML that is none', 'YAML_SYNTAX', withYaml('note: "unclosed')],
  ['a list for front matter', 'FIELD_TYPE', '---\n- title\n---\n'],
  ['a text for front matter', 'FIELD_TYPE', '---\njust text\n---\n'],
  ['empty front matter', 'FIELD_MISSING', '---\n---\n'],
  ['a file over the size cap', 'FILE_TOO_LARGE', `${good}${' '.repeat(2_000_000)}`, '1:1'],
  ['published: no', 'FIELD_TYPE', withLine('published: false', 'published: no'), '4:12'],
  ['published: 1', 'FIELD_TYPE', withLine('published: false', 'published: 1'), '4:12'],
  ['published: "true"', 'FIELD_TYPE', withFields({ published: 'true' }), '4:12'],
  ['a date that does not exist', 'DATE_INVALID', withFields({ publishedDateTime: '2024-02-31T00:00:00Z' })],
  ['a date without a zone', 'DATE_INVALID', withFields({ publishedDateTime: '2024-02-01T00:00:00' })],
  ['a date without a time', 'DATE_INVALID', withLine(/publishedDateTime: .*/, 'publishedDateTime: 2024-02-01')],
  ['a number for a date', 'FIELD_TYPE', withFields({ publishedDateTime: 20240201 })],
  ['a quality beyond 32 bits', 'VALUE_OUT_OF_RANGE', withFields({ quality: 2 ** 31 })],
  ['a quality that is no whole number', 'FIELD_TYPE', withFields({ quality: 1.5 })],
  ['an infinite quality', 'FIELD_TYPE', withLine('quality: 50', 'quality: .inf')],
  [
    'an image of negative width',
    'VALUE_OUT_OF_RANGE',
    withFields({ images: [{ url: 'https://example.com/a.png', width: -1 }] }),
  ],
  ['a URL that is not http', 'URL_INVALID', withFields({ webUrl: 'javascript:alert(1)' })],
  ['a URL with credentials', 'URL_INVALID', withFields({ webUrl: 'https://user:secret@example.com/' })],
  ['a URL with a line break', 'URL_INVALID', withFields({ webUrl: 'https://example.com/\nx' })],
  ['a relative URL', 'URL_INVALID', withFields({ webUrl: '/story' })],
  ['a missing title', 'FIELD_MISSING', withFields({ title: undefined }), '2:1'],
  ['an empty title', 'VALUE_OUT_OF_RANGE', withFields({ title: '' })],
  ['a number for a title', 'FIELD_TYPE', withFields({ title: 1984 })],
  ['no address at all', 'URL_MISSING', withFields({ webUrl: undefined })],
  [
    'a related entry without an address',
    'URL_MISSING',
    withFields({ related: [entry('a'), entry('b', { webUrl: undefined })] }),
  ],
  ['a topic that is no text', 'FIELD_TYPE', withFields({ topics: ['AI', 7] })],
];

/** What a test is called by: the contents themselves would drown its title. */
const NAMES = HOSTILE.map(([what, code]) => [what, code] as const);

function aliasBomb(): string {
  const levels = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`);
  return ['a0: &a0 x', ...levels].join('\n');
}

describe.each(engines)('hostile files on %s', (_name, open) => {
  let database: TestDatabase;
  let folder: TestFolder;

  beforeAll(async () => {
    database = await open();
  });

  beforeEach(async () => {
    folder = await testFolder();
    await folder.write('good.md', article('good'));
  });

  afterEach(() => folder.dispose());

  afterAll(() => database.close());

  describe('all in one folder with a good one', () => {
    let first: SyncReport;
    let second: SyncReport;

    beforeAll(async () => {
      const all = await testFolder();
      await all.write('good.md', article('good'));
      for (const [i, [, , content]] of HOSTILE.entries()) await all.write(`${i}.md`, content);
      first = await sync(database, [all.path]);
      second = await sync(database, [all.path]);
      await all.dispose();
    });

    test('the good one lands, and nothing of the others', async () => {
      expect(first.added).toBe(1);
      expect(first.rejected).toHaveLength(HOSTILE.length);
      expect((await contentsOf(database, 'PREVIEW'))['articles']).toHaveLength(1);
    });

    test('the same files fail the same way twice', () => {
      expect(second.rejected).toEqual(first.rejected);
    });

    test.each(NAMES)('%s is rejected as %s', (what, code) => {
      const i = HOSTILE.findIndex(([name]) => name === what);
      const rejected = first.rejected.find(({ path }) => path.endsWith(`/${i}.md`));
      expect(rejected).toMatchObject({ code, message: expect.stringMatching(/expected .*, got /s) });
      const place = HOSTILE[i]?.[3];
      if (place) expect(`${rejected?.line}:${rejected?.column}`).toBe(place);
    });
  });

  test('a link that leads out of the folder is rejected, one within is read', async () => {
    await database.reset();
    const outside = await testFolder();
    await writeFile(join(outside.path, 'secret.md'), good);
    await symlink(join(outside.path, 'secret.md'), join(folder.path, 'bad.md'));
    await symlink(join(folder.path, 'good.md'), join(folder.path, 'link.md'));
    const { added, rejected } = await sync(database, [folder.path]);
    expect(added).toBe(2);
    expect(rejected).toMatchObject([{ code: 'FILE_OUTSIDE' }]);
    await outside.dispose();
  });

  test('a file that the system cannot open is rejected, and blocks no other', async () => {
    await database.reset();
    // A link that leads to itself: nobody can open it, not even root.
    await symlink('loop.md', join(folder.path, 'loop.md'));
    const { added, rejected } = await sync(database, [folder.path]);
    expect(added).toBe(1);
    expect(rejected).toMatchObject([{ code: 'FILE_UNREADABLE', message: expect.stringContaining('ELOOP') }]);
  });

  test('a link to a folder is not followed', async () => {
    await database.reset();
    const outside = await testFolder();
    await outside.write('secret.md', good);
    await symlink(outside.path, join(folder.path, 'out'));
    await symlink(folder.path, join(folder.path, 'round'));
    expect(await sync(database, [folder.path])).toMatchObject({ added: 1, rejected: [] });
    await outside.dispose();
  });

  test('a body that holds front matter of its own is only a body', async () => {
    await database.reset();
    await folder.write('body.md', `${good}\n---\npublished: true\ntitle: "Other"\n---\n`);
    expect(await sync(database, [folder.path])).toMatchObject({ added: 2, rejected: [] });
    expect(JSON.stringify(await contentsOf(database, 'PREVIEW'))).not.toContain('Other');
  });

  test('one byte order mark, Windows line ends and unknown keys are nothing bad', async () => {
    await database.reset();
    await folder.write('windows.md', `\ufeff${withYaml('locale: de\nextra: { a: [1, 2] }').replaceAll('\n', '\r\n')}`);
    expect(await sync(database, [folder.path])).toMatchObject({ added: 2, rejected: [] });
  });
});
