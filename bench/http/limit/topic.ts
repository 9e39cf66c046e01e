import { INSTANT, images, limit, provider } from './parts.ts';
import type { Statement } from './statement.ts';

interface TopicVariables {
  readonly slug: string;
  readonly first: number;
  /** An instant and an id, with a comma between. */
  readonly after: string | null;
}

const LATEST = 'infinity,ffffffff-ffff-ffff-ffff-ffffffffffff';

export function topic({ slug, first, after }: TopicVariables): Statement {
  const statement = `
    with topic as materialized (
      select id, article_count from preview.topics where slug = $1
    ), page as materialized (
      select e.article_id, e.published_date_time, row_number() over () as n from (
        select e.article_id, e.published_date_time from preview.article_topics e
        where e.topic_id = (select id from topic) and (e.published_date_time, e.article_id) < ($2::text::timestamptz, $3::uuid)
        order by e.published_date_time desc, e.article_id desc ${limit(first + 1)}
      ) e
    )
    select json_build_object('data', json_build_object('topic', (
      select json_build_object('articles', json_build_object(
        'totalCount', t.article_count,
        'pageInfo', json_build_object(
          'hasNextPage', exists (select from page where n = ${first + 1}),
          'hasPreviousPage', exists (
            select from preview.article_topics e
            where e.topic_id = t.id and (e.published_date_time, e.article_id) >= ($2::text::timestamptz, $3::uuid)
          ),
          'startCursor', (select published_date_time || ',' || article_id from page where n = 1),
          'endCursor', (select published_date_time || ',' || article_id from page where n <= ${first} order by n desc limit 1)
        ),
        'nodes', array(
          select to_json(r) from (
            select a.title, ${INSTANT}, ${provider('p.name')}, ${images('i.url')}
            from page e join preview.articles a on a.id = e.article_id where e.n <= ${first} order by e.n
          ) r
        )
      ))
      from topic t
    )))::text`;
  const [instant = '', id = ''] = (after ?? LATEST).split(',');
  return { statement, parameters: [slug, instant, id] };
}
