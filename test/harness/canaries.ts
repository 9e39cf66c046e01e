import { article, entry } from './files.ts';

/**
 * Documents for the leak matrix (test/http/leaks.test.ts). Whatever a file says that no reader may learn is, or holds, a canary: a
 * word, a number or a year that stands nowhere else.
 */

/** Words, numbers and instants that are canaries, and as what they are found again: whatever their case. */
const CANARY = /canary\w*|(?<!\d)98765\d{4}(?!\d)|[67]{4}-\d\d-\d\dT/gi;

/** What not even an editor is shown, as it is in no field of the graph. */
const UNSERVED = /^(canaryunserved|6666)/;

/** The canaries in a text, also where it wraps them in Base64, as cursors and ids do. */
export function canariesIn(text: string): Set<string> {
  const wrapped = text.match(/[\w-]{8,}/g) ?? [];
  const unwrapped = wrapped.map((word) => Buffer.from(word, 'base64url').toString('latin1'));
  const found = [text, ...unwrapped].flatMap((each) => each.match(CANARY) ?? []);
  return new Set(found.map((canary) => canary.toLowerCase()));
}

const image = (name: string, fields: object = {}) => ({ url: `https://images.example/${name}.png`, ...fields });

/** In every document, published or not. */
const unserved = (name: string) => ({
  secured: `canaryunservedsecured${name};AAAA`,
  updatedDateTime: '6666-01-01T00:00:00Z',
  note: { any: [`canaryunservednote${name}`] },
});

function listed(name: string, fields: object = {}) {
  const { secured, note } = unserved(name);
  return article(name, { published: true, heat: 3, ...fields, secured, note });
}

const times = () => ({ name: 'The Times', domain: 'times.example', images: [image('times-logo')] });
const coverage = () => entry('coverage', { quality: 70, images: [image('coverage')] });
const known = () => entry('known', { quality: 60, provider: times(), originalUrl: 'https://example.com/known-first' });

/**
 * What everyone may know. Of its stories some tie, some lack things, some list each other, and some list what has a document
 * that is not published, and so is a stub to readers.
 */
export const PUBLISHED: Readonly<Record<string, object>> = {
  'lead.md': listed('lead', {
    heat: 80,
    excerpt: 'Of mining, and what came of it.',
    topics: ['AI', 'Café'],
    ampWebUrl: 'https://example.com/amp/lead',
    images: [image('shared', { width: 640, title: 'A mine' }), image('lead')],
    related: [coverage(), known(), entry('second')],
  }),
  'second.md': listed('second', { provider: times(), images: [image('shared')], related: [entry('lead'), coverage()] }),
  'older.md': listed('older', { publishedDateTime: '2021-01-01T00:00:00Z', topics: ['Café', 'Mining'] }),
  'bare.md': listed('bare', {
    heat: undefined,
    quality: undefined,
    category: undefined,
    topics: [],
    excerpt: undefined,
  }),
  'video.md': listed('video', { type: 'video', category: 'tech', provider: times(), title: 'Mining, the video' }),
};

/** Numbers that are canaries, each another. */
function* numbers(): Generator<number, never> {
  for (let number = 987_650_000; ; number++) yield number;
}

const fresh = numbers();
const number = () => fresh.next().value;
let day = 10;

function secretImage(name: string) {
  const url = `https://canaryimages${name}.example/canarypath${name}.png`;
  return { url, width: number(), height: number(), isCached: true, title: `Canarycaption${name}` };
}

/** What a file and an entry of a related list both say: all of it canaries. */
function secretStory(name: string) {
  const url = (kind: string) => `https://canaryhost${name}.example/canary${kind}${name}`;
  day += 1;
  return {
    title: `Canarytitle${name} of mining`,
    excerpt: `Canaryexcerpt${name} on mining.`,
    publishedDateTime: `7777-01-${day}T00:00:00Z`,
    webUrl: url('web'),
    originalUrl: url('original'),
    ampWebUrl: url('amp'),
    cdnAmpWebUrl: url('cdn'),
    type: 'course',
    quality: number(),
    provider: {
      name: `Canaryname${name}`,
      domain: `canarydomain${name}.example`,
      images: [secretImage(`logo${name}`)],
    },
    images: [secretImage(name)],
  };
}

/** A document of which readers know nothing: all is canaries but for what `fields` share with published documents. */
function secret(name: string, fields: object = {}) {
  return {
    ...secretStory(name),
    published: false,
    category: `canarycategory${name}`,
    heat: number(),
    topics: [`Canarytopic${name}`, 'AI', 'CAFE'],
    related: [entry('lead'), secretStory(`stub${name}`), entry('second')],
    ...unserved(name),
    ...fields,
  };
}

/** What is not published: each document reaches for a published one in another way. */
export const SECRET: Readonly<Record<string, object>> = {
  'draft.md': secret('draft'),
  'removed.md': secret('removed', { published: true, removed: true }),
  // Listed by published stories, so readers know that much of it as those stories tell. It spells their provider anew.
  'coverage.md': secret('coverage', {
    webUrl: 'https://example.com/coverage',
    provider: { name: 'Canarynamecoverage', domain: 'EXAMPLE.com', images: [secretImage('logocoverage')] },
  }),
  // The same article as a published one, and later: in PREVIEW it stands in its place.
  'older-again.md': secret('older', { webUrl: 'https://example.com/older?utm_source=canarysource' }),
  // At home at the other addresses of published ones.
  'thief.md': secret('thief', { webUrl: 'https://example.com/amp/lead', ampWebUrl: 'https://example.com/second' }),
  // Tells more of an image, and of what is known to readers as a related story only.
  'teller.md': secret('teller', {
    provider: times(),
    images: [image('shared', { width: number(), height: number(), title: 'Canarycaptionshared' })],
    topics: ['Mining', 'mining'],
    related: [{ ...secretStory('known'), webUrl: 'https://example.com/known' }, entry('older')],
  }),
};

/** All canaries of the documents that an editor is shown. */
export function servedCanaries(): Set<string> {
  const all = canariesIn(JSON.stringify([PUBLISHED, SECRET]));
  return new Set([...all].filter((canary) => !UNSERVED.test(canary)));
}
