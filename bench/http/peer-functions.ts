import type { BenchDatabase } from '../database.ts';
import { score, wordsQuery } from './ranking.ts';

/** What PostGraphile makes fields of, and PostgreSQL inlines: its feed, its search and the score of a hit. */
export async function createPeerFunctions({ sql }: BenchDatabase): Promise<void> {
  await sql.unsafe(`
    create function preview.feed() returns setof preview.articles language sql stable rows 5000 as $$
      select * from preview.articles where not is_stub order by published_date_time desc, id desc
    $$;

    create function preview.search(query text) returns setof preview.articles language sql stable rows 100 as $$
      with q as materialized (select ${wordsQuery('query')} as words)
      select a.* from q join preview.articles a on a.search @@ q.words order by ${score('q.words')} desc, a.id desc
    $$;

    create function preview.articles_score(a preview.articles, query text) returns float8 language sql stable as $$
      select ${score(`(${wordsQuery('query')})`)}
    $$;
  `);
}
