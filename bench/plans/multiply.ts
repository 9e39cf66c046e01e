/**
 * How far apart in time an article and its next copy are. Nearly all copies are earlier, so that
 * lists in any order mix them; those of the first years of our era are later, as no date of theirs
 * could be.
 */
const SHIFT = `k * case when t.published_date_time < '1900-01-01' then 37 else -37 end`;

const copyOf = (id: string) => `md5(t.${id} || ':' || k)::uuid`;

const SORT_KEYS = {
  published_date_time: `t.published_date_time + ${SHIFT} * interval '1 minute'`,
  trending: `t.trending + ${SHIFT} / 1440.0`,
};

/** What a copy has of its own, for each table that is multiplied: by column, as SQL over row `t`. */
const COPIES = {
  articles: { id: copyOf('id'), web_url: `t.web_url || '?copy=' || k`, ...SORT_KEYS },
  article_addresses: { address_id: copyOf('address_id'), article_id: copyOf('article_id') },
  article_topics: { article_id: copyOf('article_id'), ...SORT_KEYS },
  article_images: { article_id: copyOf('article_id'), ...SORT_KEYS },
  article_related: {
    article_id: copyOf('article_id'),
    // All copies of a list begin with the same article, so that reverse lists grow too.
    related_id: `case when t.position = 0 then t.related_id else ${copyOf('related_id')} end`,
    published_date_time: SORT_KEYS.published_date_time,
  },
};

const COUNTED = ['providers', 'topics', 'provider_topics', 'article_facets'];

/**
 * A script that makes a synced database one of so many copies of each article, in both perspectives,
 * as a sync of so many more documents would leave it: a copy has edges of its own, and shares
 * providers, topics and images, whose lists grow. Tables are filled without their indexes, which
 * takes a fraction of the time, and statistics of columns stay those from before.
 */
export function multiply(copies: number): string {
  return `do $multiply$
    declare target regclass; own jsonb; columns text; definitions text[]; definition text;
    begin
      for target, own in
        select format('%I.%I', perspective, name)::regclass, value
        from unnest(array['preview', 'published']) perspective, jsonb_each($json$${JSON.stringify(COPIES)}$json$) as c (name, value)
      loop
        definitions := array(
          select format('alter table %s add constraint %I %s', target, conname, pg_get_constraintdef(oid))
          from pg_constraint where conrelid = target and contype = 'p'
          union all select pg_get_indexdef(indexrelid) from pg_index where indrelid = target and not indisprimary);
        for definition in
          select format('alter table %s drop constraint %I', target, conname)
          from pg_constraint where conrelid = target and contype = 'p'
          union all select format('drop index %s', indexrelid::regclass)
          from pg_index where indrelid = target and not indisprimary
        loop execute definition; end loop;
        columns := (select string_agg(coalesce(own ->> attname, format('t.%I', attname)), ', ' order by attnum)
          from pg_attribute where attrelid = target and attnum > 0 and not attisdropped);
        execute format(
          'insert into %1$s select %2$s from generate_series(1, ${copies - 1}) k
            cross join lateral (select * from %1$s where k > 0 offset 0) t', target, columns);
        foreach definition in array definitions loop execute definition; end loop;
      end loop;
      for target in
        select format('%I.%I', perspective, name)::regclass
        from unnest(array['preview', 'published']) perspective, unnest(array['${COUNTED.join("', '")}']) name
      loop execute format('update %s set article_count = article_count * ${copies}', target); end loop;
      update content.versions set version = version + 1;
    end $multiply$`;
}
