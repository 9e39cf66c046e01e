import type { Document } from '../../src/content/documents/document.ts';

const OWN_PARAGRAPH = new Set(['featuredContent', 'provider', 'topics', 'images', 'related', 'secured']);
/** Whose text stands plain where YAML reads it as text. */
const PLAIN = new Set(['category', 'publishedDateTime', 'type', 'name', 'domain', 'topics']);
const PLAIN_TEXT = /^(?!(true|false|null)$)\p{L}[\p{L}\d .&-]*(?<! )$|^\d{4}-\d\d-\d\dT[\d:]+Z$/iu;

/** A document as the real files are written. */
export function toMarkdown(document: Document): string {
  const fields = Object.entries(document).map(
    ([key, value]) => (OWN_PARAGRAPH.has(key) ? '\n' : '') + toYaml(key, value, ''),
  );
  return `---\n${fields.join('')}---\n`;
}

/** A key and its value, as lines of YAML. */
function toYaml(key: string, value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return `${indent}${key}: ${toScalar(key, value)}\n`;
  const deeper = `${indent}  `;
  const lines = Array.isArray(value) ? value.map((item) => toItem(key, item, deeper)).join('') : toLines(value, deeper);
  return `${indent}${key}:\n${lines}`;
}

function toItem(key: string, item: unknown, indent: string): string {
  if (typeof item !== 'object' || item === null) return `${indent}- ${toScalar(key, item)}\n`;
  return key === 'related' ? toEntry(item, indent) : toMapping(item, indent);
}

/** A mapping in a list: the dash takes the first line's indent. */
function toMapping(item: object, indent: string): string {
  return `${indent}- ${toLines(item, `${indent}  `).slice(indent.length + 2)}`;
}

const linesOfEntries = new WeakMap<object, string>();

/** A related entry stands in the files of a whole story, always at one depth: its lines are made once. */
function toEntry(entry: object, indent: string): string {
  const lines = linesOfEntries.get(entry) ?? toMapping(entry, indent);
  linesOfEntries.set(entry, lines);
  return lines;
}

function toLines(fields: object, indent: string): string {
  let lines = '';
  for (const [key, value] of Object.entries(fields)) lines += toYaml(key, value, indent);
  return lines;
}

/** Quoted text is written as JSON, which YAML 1.2 includes. */
function toScalar(key: string, value: unknown): string {
  const isPlain = typeof value !== 'string' || (PLAIN.has(key) && PLAIN_TEXT.test(value));
  return isPlain ? String(value) : JSON.stringify(value);
}
