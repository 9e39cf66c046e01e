import { limit } from './parts.ts';
import type { Statement } from './statement.ts';

/** Each related story is told once, however many lists it stands in. Plain text joins faster than JSON that holds JSON. */
export function deep({ first }: { first: number }): Statement {
  const statement = `
    with feed as materialized (
      select id, ${HEAD} as head, row_number() over () as n from (
        select * from preview.articles where not is_stub order by published_date_time desc, id desc ${limit(first)}
      ) a
    ), near as materialized (
      select e.article_id, e.position, e.related_id
      from feed f join preview.article_related e on e.article_id = f.id and e.position < 5
    ), story as materialized (
      select distinct related_id as id from near
    ), far as materialized (
      select e.article_id, e.position, e.related_id
      from story s join preview.article_related e on e.article_id = s.id and e.position < 5
    ), told as materialized (
      select a.id, ${HEAD} as head
      from (select id from story union select related_id from far) s join preview.articles a on a.id = s.id
    ), far_list as (
      select f.article_id as id, string_agg(t.head, '},' order by f.position) || '}' as nodes
      from far f join told t on t.id = f.related_id group by f.article_id
    ), near_told as materialized (
      select s.id, t.head || ',"related":{"nodes":[' || coalesce(l.nodes, '') || ']}}' as json
      from story s join told t on t.id = s.id left join far_list l on l.id = s.id
    ), near_list as (
      select n.article_id as id, string_agg(t.json, ',' order by n.position) as nodes
      from near n join near_told t on t.id = n.related_id group by n.article_id
    )
    select '{"data":{"articles":{"nodes":['
      || coalesce(string_agg(f.head || ',"related":{"nodes":[' || coalesce(l.nodes, '') || ']}}', ',' order by f.n), '')
      || ']}}}'
    from feed f left join near_list l on l.id = f.id`;
  return { statement, parameters: [] };
}

/** The beginning of an article's JSON, its brace still open. */
const HEAD = `'{"title":' || to_json(a.title) || ',"webUrl":' || to_json(a.web_url) || ',"provider":{"name":'
  || (select to_json(p.name) from preview.providers p where p.id = a.provider_id) || '}'`;
