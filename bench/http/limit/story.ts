import { INSTANT, images, provider, TOPICS } from './parts.ts';
import type { Statement } from './statement.ts';

const STORY = `
  select json_build_object('data', json_build_object('article', (
    select to_json(r) from (
      select $2::text as id, a.title, a.excerpt, a.category, upper(a.type) as type, ${INSTANT},
        a.web_url as "webUrl", a.original_url as "originalUrl", a.amp_web_url as "ampWebUrl",
        a.cdn_amp_web_url as "cdnAmpWebUrl", a.quality, a.heat, a.published, a.is_stub as "isStub",
        ${provider('p.name, p.domain')}, ${TOPICS}, ${images('i.url, i.width, i.height', 'true')},
        json_build_object('edges', array(
          select to_json(edge) from (
            select e.position, (
              select to_json(node) from (
                select a.title, a.web_url as "webUrl", ${INSTANT}, ${provider('p.name')}, ${images('i.url')}
              ) node
            ) as node
            from preview.article_related e join preview.articles a on a.id = e.related_id
            where e.article_id = $1::uuid and e.position < 10 order by e.position
          ) edge
        )) as related
      from preview.articles a where a.id = $1::uuid
    ) r
  )))::text`;

export function story({ id }: { id: string }): Statement {
  const [, uuid = ''] = Buffer.from(id, 'base64url').toString().split(':');
  return { statement: STORY, parameters: [uuid, id] };
}
