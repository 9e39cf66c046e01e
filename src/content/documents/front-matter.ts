import matter from 'gray-matter';
import { Rejection } from '../files/rejection.ts';
import { parseYaml } from './yaml.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A file's front matter as plain data, and the YAML it was read from (for `placeOf`). */
export interface FrontMatter {
  readonly data: unknown;
  readonly yaml: string;
}

/**
 * Reads the front matter of one file's bytes. Throws `Rejection`. Never runs code, whatever the
 * file says.
 */
export function readFrontMatter(bytes: Uint8Array): FrontMatter {
  const text = withoutBom(decode(bytes));
  checkDelimiters(text);
  let yaml = '';
  // Options always: a bare matter(text) caches, and answers a broken file differently the second
  // time.
  const { data } = matter(text, {
    language: 'yaml',
    engines: {
      yaml: (source: string) => {
        yaml = source;
        return parseYaml(source) as object;
      },
    },
  });
  return { data, yaml };
}

function decode(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new Rejection('ENCODING_INVALID', 'expected UTF-8, got bytes that are not');
  }
}

function withoutBom(text: string): string {
  if (!text.startsWith('\ufeff')) return text;
  if (text.startsWith('\ufeff\ufeff')) {
    throw new Rejection('BOM_REPEATED', 'expected at most one byte order mark, got two');
  }
  return text.slice(1);
}

/**
 * gray-matter is lax here: it takes `---js` for a language and the whole file for an unclosed front
 * matter.
 */
function checkDelimiters(text: string): void {
  const opening = /^---(.*)$/m.exec(text);
  if (opening?.index !== 0) {
    throw new Rejection('FRONT_MATTER_MISSING', 'expected --- as the first line, got other text');
  }
  const language = opening[1]?.trim();
  if (language) {
    throw new Rejection('FRONT_MATTER_LANGUAGE', `expected --- alone (YAML), got ---${language.slice(0, 20)}`);
  }
  const closing = text.indexOf('\n---', 3);
  if (closing < 0 || !/^\n---[ \t]*(\r?\n|$)/.test(text.slice(closing, closing + 80))) {
    throw new Rejection('FRONT_MATTER_UNCLOSED', 'expected a closing line ---, got none');
  }
}
