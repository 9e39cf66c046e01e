import { INSTANT, images, limit, provider, TOPICS } from './parts.ts';
import type { Statement } from './statement.ts';

export function front({ first }: { first: number }): Statement {
  const statement = `
    select json_build_object('data', json_build_object('articles', json_build_object('nodes', array(
      select to_json(r) from (
        select a.title, ${INSTANT}, a.web_url as "webUrl", ${provider('p.name, p.domain')}, ${TOPICS},
          ${images('i.url, i.width, i.height')}
        from preview.articles a where not a.is_stub
        order by a.published_date_time desc, a.id desc ${limit(first)}
      ) r
    ))))::text`;
  return { statement, parameters: [] };
}
