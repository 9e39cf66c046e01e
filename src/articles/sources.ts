import { type SQL, sql } from 'drizzle-orm';
import type { QueryClass } from '../db/query-class.ts';
import type { Values } from '../db/statement.ts';
import type { PerspectiveTables } from '../db/tables.ts';
import type { KeyColumns } from '../db/window.ts';

/** Whose list of articles it is. */
export type ListOwner = 'provider' | 'topic' | 'image' | 'related' | 'relatedBy';

/** Where the articles of a list come from. */
export interface Source {
  /** Tells its statements from those of others. */
  readonly name: string;
  readonly queryClass: QueryClass;
  /** Of its placeholders. */
  readonly values?: Values;
  /** Asked for when a statement is written, which most are already. */
  readonly write: () => SourceSql;
}

/** A source as SQL, its articles under the name `a`. */
export interface SourceSql {
  readonly from: SQL;
  /** The table that has owner, stub and keys of a list by itself, where that is not `articles`. */
  readonly edges?: SQL;
  /** The column that names the owner, of a list that has one. */
  readonly owner?: SQL;
  /** What else is known of an article in this list: `, expression as "name"`. */
  readonly extras: SQL;
  /** The key `score`, of a list that is sorted by what is computed for each article. */
  readonly score?: SQL;
  /** What makes an article part of the list, beside its owner. */
  readonly condition?: SQL;
  /** The column that says whether an article is a stub, of a list that may leave stubs out. */
  readonly stub?: SQL;
  /** The columns of an order's keys, where they are others than the article's own: so that an index serves them. */
  readonly keys: KeyColumns;
}

export const NOTHING = sql.raw('');
const POSITION = sql.raw(', e.position');
const OWN_STUB = sql.raw('a.is_stub');

/** The keys of every order, as columns of `articles a`. */
export const OWN_KEYS: KeyColumns = {
  id: sql.raw('a.id'),
  publishedDateTime: sql.raw('a.published_date_time'),
  heatRank: sql.raw('a.heat_rank'),
  qualityRank: sql.raw('a.quality_rank'),
  trending: sql.raw('a.trending'),
};

/** Those that the table of the edge bears itself: so one index serves owner and order. */
const EDGE_KEYS: KeyColumns = {
  id: sql.raw('e.article_id'),
  publishedDateTime: sql.raw('e.published_date_time'),
  heatRank: sql.raw('e.heat_rank'),
  qualityRank: sql.raw('e.quality_rank'),
  trending: sql.raw('e.trending'),
};

/** All articles. */
export function allArticles({ articles }: PerspectiveTables): Source {
  const write = () => ({ from: sql`${articles} a`, extras: NOTHING, keys: OWN_KEYS, stub: OWN_STUB });
  return { name: 'all', queryClass: 'indexed', write };
}

/** The articles of one owner. */
export function articlesOf(owner: ListOwner, tables: PerspectiveTables): Source {
  return { name: owner, queryClass: 'indexed', write: () => ({ extras: NOTHING, ...placeOf(owner, tables) }) };
}

function placeOf(owner: ListOwner, tables: PerspectiveTables) {
  const { articles, articleTopics, articleImages, articleRelated } = tables;
  switch (owner) {
    case 'provider':
      return { from: sql`${articles} a`, owner: sql.raw('a.provider_id'), keys: OWN_KEYS, stub: OWN_STUB };
    case 'topic':
      return {
        from: sql`${articleTopics} e join ${articles} a on a.id = e.article_id`,
        owner: sql.raw('e.topic_id'),
        keys: EDGE_KEYS,
      };
    case 'image':
      return {
        from: sql`${articleImages} e join ${articles} a on a.id = e.article_id`,
        edges: sql`${articleImages} e`,
        owner: sql.raw('e.image_id'),
        keys: EDGE_KEYS,
        stub: sql.raw('e.is_stub'),
      };
    case 'related':
      return {
        from: sql`${articleRelated} e join ${articles} a on a.id = e.related_id`,
        owner: sql.raw('e.article_id'),
        extras: POSITION,
        keys: { position: sql.raw('e.position') },
      };
    case 'relatedBy':
      return {
        from: sql`${articleRelated} e join ${articles} a on a.id = e.article_id`,
        owner: sql.raw('e.related_id'),
        extras: POSITION,
        keys: EDGE_KEYS,
      };
  }
}
