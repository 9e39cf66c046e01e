-- A page of any list, in any order and both ways, is a walk along one ordered index.
do $migration$
declare
  perspective text;
begin
  foreach perspective in array array['published', 'preview'] loop
    execute format($tables$
      drop index %1$I.articles_by_date;
      drop index %1$I.articles_and_stubs_by_date;
      drop index %1$I.articles_by_heat;
      drop index %1$I.articles_by_quality;
      drop index %1$I.articles_by_trending;
      drop index %1$I.articles_by_provider;
      drop index %1$I.articles_by_provider_and_heat;
      drop index %1$I.articles_by_provider_and_quality;
      drop index %1$I.articles_by_provider_and_trending;
      create index articles_by_date on %1$I.articles (is_stub, published_date_time, id);
      create index articles_by_heat on %1$I.articles (is_stub, heat_rank, published_date_time, id);
      create index articles_by_quality on %1$I.articles (is_stub, quality_rank, published_date_time, id);
      create index articles_by_trending on %1$I.articles (is_stub, trending, published_date_time, id);
      create index articles_by_provider_and_date on %1$I.articles (provider_id, is_stub, published_date_time, id);
      create index articles_by_provider_and_heat on %1$I.articles
        (provider_id, is_stub, heat_rank, published_date_time, id);
      create index articles_by_provider_and_quality on %1$I.articles
        (provider_id, is_stub, quality_rank, published_date_time, id);
      create index articles_by_provider_and_trending on %1$I.articles
        (provider_id, is_stub, trending, published_date_time, id);

      alter index %1$I.article_topics_by_topic rename to article_topics_by_date;
      drop index %1$I.article_topics_by_trending;
      create index article_topics_by_trending on %1$I.article_topics
        (topic_id, trending, published_date_time, article_id);

      alter table %1$I.article_images
        add column is_stub boolean not null default false,
        add column published_date_time timestamp(3) with time zone not null default 'epoch',
        add column heat_rank integer not null default 0,
        add column quality_rank integer not null default 0,
        add column trending double precision not null default 0;
      update %1$I.article_images m set is_stub = a.is_stub, published_date_time = a.published_date_time,
        heat_rank = a.heat_rank, quality_rank = a.quality_rank, trending = a.trending
      from %1$I.articles a where a.id = m.article_id;
      alter table %1$I.article_images
        alter column is_stub drop default,
        alter column published_date_time drop default,
        alter column heat_rank drop default,
        alter column quality_rank drop default,
        alter column trending drop default;
      drop index %1$I.article_images_by_image;
      create index article_images_by_date on %1$I.article_images (image_id, is_stub, published_date_time, article_id);
      create index article_images_by_heat on %1$I.article_images
        (image_id, is_stub, heat_rank, published_date_time, article_id);
      create index article_images_by_quality on %1$I.article_images
        (image_id, is_stub, quality_rank, published_date_time, article_id);
      create index article_images_by_trending on %1$I.article_images
        (image_id, is_stub, trending, published_date_time, article_id);

      alter table %1$I.article_related
        add column published_date_time timestamp(3) with time zone not null default 'epoch';
      update %1$I.article_related e set published_date_time = a.published_date_time
      from %1$I.articles a where a.id = e.article_id;
      alter table %1$I.article_related alter column published_date_time drop default;
      drop index %1$I.article_related_by_related;
      create index article_related_by_related on %1$I.article_related (related_id, published_date_time, article_id);

      create table %1$I.article_facets (
        facet text not null,
        value text not null,
        article_count integer not null,
        primary key (facet, value)
      );
      insert into %1$I.article_facets
      select 'type', type, count(*) from %1$I.articles where not is_stub group by type
      union all
      select 'category', category, count(*) from %1$I.articles where not is_stub and category is not null group by category;
    $tables$, perspective);
  end loop;
end
$migration$;
