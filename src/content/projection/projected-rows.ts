import type { PerspectiveSchema, Replacement } from './replace-rows.ts';

const fromMovers = 'from movers w join content.claims c on c.id = w.claim_id';
const listed = (list: string) => `cross join jsonb_array_elements(c.${list}) with ordinality as listed (item, n)`;

/**
 * Null ranks below every value. `trending` counts half-lives of a day: what is one half-life
 * younger, or twice as hot, ranks one higher, so the order holds at every instant. Without heat an
 * article ranks below all that have some, whatever their age.
 */
const SORT_KEYS = `coalesce(c.heat, -2147483648), coalesce(c.quality, -2147483648),
        case when c.heat > 0 then log(2, c.heat::numeric)::float8 else -4e6 end
          + (extract(epoch from c.published_date_time) / 86400)::float8`;

/** What each article says and points to. */
export const articleRows = (perspective: PerspectiveSchema): readonly Replacement[] => [
  {
    table: 'articles',
    key: ['id'],
    scope: 'id',
    within: 'moved',
    rows: `select w.article_id, c.title, c.excerpt, c.category, c.type, c.published_date_time, c.web_url, c.original_url,
        c.amp_web_url, c.cdn_amp_web_url, c.quality, c.heat, c.published, w.document_id is null, c.provider_id,
        w.claim_id,
        array(select (item ->> 'id')::uuid from jsonb_array_elements(c.topics) with ordinality as listed (item, n) order by n),
        c.images <> '[]', ${SORT_KEYS},
        case when w.document_id is null then '' else s.search end,
        case when w.document_id is null then '' else s.title_words end
        ${fromMovers} left join searched_words s on s.claim_id = c.id`,
  },
  {
    table: 'article_addresses',
    key: ['address_id', 'rank', 'article_id'],
    scope: 'article_id',
    within: 'moved',
    rows: `select (item ->> 'id')::uuid, (item ->> 'rank')::int, w.article_id ${fromMovers} ${listed('addresses')}`,
  },
  {
    table: 'article_topics',
    key: ['article_id', 'position'],
    scope: 'article_id',
    within: 'moved',
    rows: `select a.id, n::int - 1, topic_id, a.published_date_time, a.heat_rank, a.quality_rank, a.trending
      from movers w join ${perspective}.articles a on a.id = w.article_id
      cross join unnest(a.topic_ids) with ordinality as listed (topic_id, n)`,
  },
  {
    table: 'article_images',
    key: ['article_id', 'position'],
    scope: 'article_id',
    within: 'moved',
    rows: `select a.id, n::int - 1, (item ->> 'id')::uuid, a.is_stub, a.published_date_time, a.heat_rank,
        a.quality_rank, a.trending
      from movers w join ${perspective}.articles a on a.id = w.article_id
      join content.claims c on c.id = w.claim_id ${listed('images')}`,
  },
  {
    table: 'article_related',
    key: ['article_id', 'position'],
    scope: 'article_id',
    within: 'owners',
    rows: `select w.article_id, r.n::int - 1, r.id, c.published_date_time
      from winners w join owners o on o.id = w.article_id join content.documents d on d.id = w.document_id
      join content.claims c on c.id = w.claim_id
      cross join unnest(d.related_ids) with ordinality as r (id, n)`,
  },
];

/** Claims that mention a thing, best first: the order in which they may say what it is. */
const BEST = 'a.is_stub, c.as_of desc, c.id desc';

export function providerRows(perspective: PerspectiveSchema): Replacement[] {
  const mentions = `from touched_providers t
    join ${perspective}.articles a on a.provider_id = t.id join content.claims c on c.id = a.claim_id`;
  return [
    {
      table: 'providers',
      key: ['id'],
      scope: 'id',
      within: 'touched_providers',
      rows: `select best.id, best.domain, best.name, coalesce(counted.n, 0)::int
        from (
          select distinct on (t.id) t.id, c.provider ->> 'domain' as domain, c.provider ->> 'name' as name
          ${mentions} order by t.id, ${BEST}
        ) best
        left join (
          select provider_id as id, count(*) as n from ${perspective}.articles
          where not is_stub and provider_id in (select id from touched_providers) group by provider_id
        ) counted using (id)`,
    },
    {
      table: 'provider_images',
      key: ['provider_id', 'position'],
      scope: 'provider_id',
      within: 'touched_providers',
      rows: `select best.id, n::int - 1, (item ->> 'id')::uuid, best.claim_id
        from (
          select distinct on (t.id) t.id, c.id as claim_id, c.provider -> 'images' as images
          ${mentions} where c.provider -> 'images' <> '[]' order by t.id, ${BEST}
        ) best cross join jsonb_array_elements(best.images) with ordinality as listed (item, n)`,
    },
    {
      table: 'provider_topics',
      key: ['provider_id', 'topic_id'],
      scope: 'provider_id',
      within: 'touched_providers',
      rows: `select a.provider_id, m.topic_id, count(*)
        from touched_providers t
        join ${perspective}.articles a on a.provider_id = t.id
        join ${perspective}.article_topics m on m.article_id = a.id
        group by a.provider_id, m.topic_id`,
    },
  ];
}

export function topicAndImageRows(perspective: PerspectiveSchema): Replacement[] {
  return [
    {
      table: 'topics',
      key: ['id'],
      scope: 'id',
      within: 'touched_topics',
      rows: `select best.id, best.slug, best.name, counted.n::int
        from (
          select distinct on (t.id) t.id, c.topics -> m.position ->> 'slug' as slug, c.topics -> m.position ->> 'name' as name
          from touched_topics t
          join ${perspective}.article_topics m on m.topic_id = t.id
          join ${perspective}.articles a on a.id = m.article_id
          join content.claims c on c.id = a.claim_id
          order by t.id, ${BEST}
        ) best
        join (
          select topic_id as id, count(*) as n from ${perspective}.article_topics
          where topic_id in (select id from touched_topics) group by topic_id
        ) counted using (id)`,
    },
    {
      table: 'images',
      key: ['id'],
      scope: 'id',
      within: 'touched_images',
      rows: `select distinct on (t.id) t.id, said.item ->> 'url', (said.item ->> 'width')::int, (said.item ->> 'height')::int,
          (said.item ->> 'isCached')::boolean, said.item ->> 'title'
        from touched_images t
        cross join lateral (
          select a.is_stub, c.as_of, c.id, c.images -> m.position as item, false as is_logo
          from ${perspective}.article_images m
          join ${perspective}.articles a on a.id = m.article_id
          join content.claims c on c.id = a.claim_id
          where m.image_id = t.id
          union all
          select false, c.as_of, c.id, c.provider -> 'images' -> m.position, true
          from ${perspective}.provider_images m join content.claims c on c.id = m.claim_id
          where m.image_id = t.id
        ) said
        order by t.id, said.is_stub, said.as_of desc, said.id desc, said.is_logo`,
    },
  ];
}
