import { article, entry, toMarkdown } from '../files.ts';

/** Three versions of one folder. From each to each other, files are added, edited, published, withdrawn and removed. */
export const SETS = ['A', 'B', 'C'] as const;
export type SetName = (typeof SETS)[number];

const COUNT = 80;

const folders = new Map(SETS.map((set, turn) => [set, folderOf(turn)]));

/** What each file of the folder holds: enough for more than one batch. */
export function documentsOf(set: SetName): ReadonlyMap<string, string> {
  return folders.get(set) as ReadonlyMap<string, string>;
}

function folderOf(turn: number): ReadonlyMap<string, string> {
  const numbers = Array.from({ length: COUNT }, (_, n) => n).filter((n) => n % 10 !== turn);
  return new Map(numbers.map((n) => [`${n % 4}/story-${n}.md`, toMarkdown(documentOf(n, turn))]));
}

function documentOf(n: number, turn: number): object {
  const edited = n % 3 === turn;
  return article(`story-${n}`, {
    published: n % 5 === 0 ? turn !== 0 : n % 2 === 0,
    ...(edited && { title: `Edition ${turn} of story ${n}`, updatedDateTime: `2023-06-1${turn}T00:00:00Z` }),
    topics: [`Topic ${n % 6}`, `Topic ${(n + turn) % 11}`],
    provider: providerOf(n, turn),
    images: [{ url: `https://example.com/${n}.jpg`, width: 100 * (turn + 1), height: 100 }],
    related: Array.from({ length: 4 }, (_, k) => entryOf(n * 7 + k * 11 + (edited ? turn : 0), n)),
  });
}

/** Half as many again as there are documents, so that some articles are known from hearsay only. */
function entryOf(number: number, from: number): object {
  const n = number % (COUNT * 1.5);
  return entry(`story-${n}`, { title: `Story ${n}, as told by ${from}`, provider: providerOf(n, 0) });
}

function providerOf(n: number, turn: number): object {
  const domain = `paper-${n % 9}.example`;
  const logo = { url: `https://${domain}/logo.png`, width: 10 + turn, height: 10 };
  return { name: n % 18 < 9 ? `Paper ${n % 9}` : `Paper ${n % 9}, edition ${turn}`, domain, images: [logo] };
}
