import { type SQL, sql } from 'drizzle-orm';
import { OWN_KEYS } from '../../articles/sources.ts';
import { millisecondsOf } from '../../db/milliseconds.ts';
import type { KeyColumns } from '../../db/window.ts';
import { encodeCursor, type Order, type Position } from '../../lib/keyset.ts';
import { ascii, type Utf8 } from '../../lib/utf8.ts';

/** The keys of the place of an article `a`, as they stand in its cursor. */
export function keysOf({ keys }: Order): SQL {
  const values = keys.map(({ name, type }) =>
    type === 'instant' ? millisecondsOf(PAGE_KEYS[name] as SQL) : sql`${PAGE_KEYS[name]}`,
  );
  return sql`json_build_array(${sql.join(values, sql`, `)})::text`;
}

const PAGE_KEYS: KeyColumns = { ...OWN_KEYS, score: sql.raw('a.score') };

/** A cursor, of what `keysOf` gives; null where there is none. */
export function cursorJson(order: Order, keys: Utf8 | null | undefined): Utf8 {
  return ascii(JSON.stringify(keys == null ? null : encodeCursor(order, JSON.parse(keys) as Position)));
}
