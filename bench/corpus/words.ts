import type { Draws } from './draws.ts';

const VOCABULARY = (
  'harbour council bridge budget winter orchard railway glacier lantern market tunnel festival archive satellite ' +
  'weather battery cable cargo ceramic chapter charter climate clinic coastline comet compass concert copper coral ' +
  'cotton cyclist dairy decade delegate delta desert diesel diplomat dolphin drought dynamo eclipse editor election ' +
  'engine estuary ferry fibre filament firmware fjord forecast forest fountain freight furnace gallery garden ' +
  'granite gravity guitar hamlet harvest helmet heritage hydrogen insulin island journal jury kernel kitchen ' +
  'lagoon lawyer ledger library lighthouse lithium magnet marathon meadow merger meteor mineral mirror museum ' +
  'nickel novel nursery oasis observatory octave orchestra oyster paddle panel parade parcel parliament pension ' +
  'pigment pilot planet plaza poet pollen prairie printer protein quarry quartz radar reactor referee reservoir ' +
  'robot rudder safety sailor salmon scholar senate sensor shipyard signal silver slalom solar spice stadium ' +
  'strike summit surgeon tariff teacher telescope theatre thunder tidal timber tourist tractor treaty turbine ' +
  'union vaccine valley velvet verdict village violin volcano voltage voyage wagon walnut warehouse wheat willow ' +
  'accepts admits approves backs builds closes confirms cuts defends delays denies doubles drops eases ends ' +
  'expands explains faces finds halts joins launches leads lifts loses merges misses moves names opens orders ' +
  'pauses plans promises proposes raises regains rejects repairs reports resumes returns saves seeks sells settles ' +
  'shows signs starts stops studies tests trims unveils wants warns widens wins ' +
  'Café Zürich naïve Málaga façade Ångström jalapeño Ávila fiancée crème Örebro Kraków piñata Chișinău'
).split(' ');

const SYLLABLES = [...'bdlmnrstvz'].flatMap((consonant) => [...'aeiou'].map((vowel) => consonant + vowel));
const LINKS = ['and', 'of', 'for', 'in', 'to', 'after', 'with', 'as', 'the', 'from', 'over', 'before'];
const WORDS = 8_000;

/** The word of a rank: each rank has its own. Beyond the vocabulary, words are made up: "talimo". */
export function wordOf(rank: number): string {
  return VOCABULARY[rank] ?? madeUp(rank);
}

/** Three syllables. The factor shares no divisor with their number, so ranks below 125,000 never meet. */
function madeUp(rank: number): string {
  let word = '';
  for (let i = 0, rest = rank * 7919; i < 3; i++, rest = Math.floor(rest / SYLLABLES.length)) {
    word += SYLLABLES[rest % SYLLABLES.length];
  }
  return word;
}

export function drawWord(draws: Draws): string {
  return wordOf(draws.rank(WORDS, 80));
}

/** A headline or a few lines of text, at most `limit` characters and little less; `subject` words keep coming back. */
export function drawText(draws: Draws, limit: number, subject: readonly string[]): string {
  let text = capitalized(draws.pick(subject));
  for (;;) {
    const link = draws.chance(0.3) ? `${draws.pick(LINKS)} ` : '';
    const next = ` ${link}${marked(draws.chance(0.15) ? draws.pick(subject) : drawWord(draws), draws)}`;
    if (text.length + next.length > limit) return text.replace(/[,:\s]+$/, '');
    text += next;
  }
}

/** Most words stand alone; some bring the marks that a YAML writer has to get right. */
function marked(word: string, draws: Draws): string {
  const luck = draws.unit();
  if (luck > 0.1) return word;
  if (luck > 0.03) return `${word},`;
  if (luck > 0.015) return `${word}:`;
  if (luck > 0.012) return `${word}’s`;
  if (luck > 0.01) return `${word} –`;
  if (luck > 0.0005) return `"${word}"`;
  return `${word}\r\n`;
}

export function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** As addresses and file names spell it: lower case, without accents, at most 64 characters. */
export function slugOf(text: string): string {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 64)
    .replace(/^-|-$/g, '');
}

const PROVIDERS = 20_000;
const KINDS = ['Post', 'Herald', 'Wire', 'Review', 'Observer', 'Tribune', 'Today', 'Weekly'];

/** Who has the given rank of popularity. Each rank has its own domain. */
export function providerOf(rank: number): { name: string; domain: string } {
  const word = wordOf(rank);
  const kind = KINDS[rank % KINDS.length] as string;
  return { name: `${capitalized(word)} ${kind}`, domain: `${slugOf(word + kind)}.example` };
}

/** A provider's rank, 0 the most popular. New ones keep coming up, ever more slowly. */
export function drawProviderRank(draws: Draws): number {
  return draws.rank(PROVIDERS);
}

const TOPICS = (
  'Energy,Oceans,City Life,Solar Power,Rail Travel,Public Health,Weather,Elections,Space Flight,Schools,' +
  'Wine & Cheese,Football,Coastal Towns,Mountaineering,Robotics,Farming,Opera,Housing,Wildlife,Chess,' +
  'Café Culture,Archaeology,Shipping,Batteries,Cycling,Film,Pensions,Textiles,Astronomy,Fisheries,' +
  'Hydrogen,Museums,Motor Sport,Bees,Timber,Printing,Glass & Ceramics,Tramways,Lighthouses,Falconry'
).split(',');

export function drawTopic(draws: Draws): string {
  return TOPICS[draws.rank(TOPICS.length, 2)] as string;
}
