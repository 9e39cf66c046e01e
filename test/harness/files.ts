import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dump } from 'js-yaml';

/** A folder of documents for one test. */
export interface TestFolder {
  readonly path: string;
  write(name: string, content: object | string | Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
  dispose(): Promise<void>;
}

export async function testFolder(): Promise<TestFolder> {
  const path = await mkdtemp(join(process.env['TEST_FOLDER'] as string, 'content-'));
  return {
    path,
    async write(name, content) {
      const file = join(path, name);
      await mkdir(join(file, '..'), { recursive: true });
      const raw = typeof content === 'string' || content instanceof Uint8Array;
      await writeFile(file, raw ? content : toMarkdown(content));
    },
    remove: (name) => rm(join(path, name)),
    dispose: () => rm(path, { recursive: true, force: true }),
  };
}

export function toMarkdown(frontMatter: object): string {
  return `---\n${dump(frontMatter, { skipInvalid: true })}---\n`;
}

/** A small document: only `name` and what matters to the test need saying. */
export function article(name: string, fields: object = {}) {
  return {
    category: 'news',
    heat: -1,
    published: false,
    ...entry(name),
    topics: ['AI'],
    ...fields,
  };
}

/** A related entry, as other documents list it. */
export function entry(name: string, fields: object = {}) {
  return {
    title: `The story of ${name}`,
    excerpt: `What happened to ${name}.`,
    publishedDateTime: '2023-05-10T13:42:00Z',
    webUrl: `https://example.com/${name}`,
    type: 'article',
    quality: 50,
    provider: { name: 'Example', domain: 'example.com' },
    ...fields,
  };
}
