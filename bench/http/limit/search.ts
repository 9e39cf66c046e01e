import { score, wordsQuery } from '../ranking.ts';
import { INSTANT, limit, provider } from './parts.ts';
import type { Statement } from './statement.ts';

export function search({ query, first }: { query: string; first: number }): Statement {
  const statement = `
    with q as materialized (select ${wordsQuery('$1::text')} as words)
    select json_build_object('data', json_build_object('search', json_build_object('edges', array(
      select to_json(edge) from (
        select s.score, (
          select to_json(node) from (select a.title, a.excerpt, ${INSTANT}, ${provider('p.name')}) node
        ) as node
        from (
          select a.id, ${score('q.words')} as score
          from q join preview.articles a on a.search @@ q.words
          order by score desc, a.id desc ${limit(first)}
        ) s
        join preview.articles a on a.id = s.id
        order by s.score desc, s.id desc
      ) edge
    ))))::text`;
  return { statement, parameters: [query] };
}
