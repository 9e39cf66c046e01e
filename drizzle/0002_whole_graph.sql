-- For lists in every order, filters, counts and search. Databases that hold articles already are filled from their claims.
create extension if not exists unaccent;
--> statement-breakpoint
create extension if not exists pg_trgm;
--> statement-breakpoint
create schema search;
--> statement-breakpoint
-- Words as English says them, without accents and endings: `Cafés` and `cafe` are one.
create text search configuration search.words (copy = pg_catalog.english);
--> statement-breakpoint
alter text search configuration search.words
  alter mapping for hword, hword_part, word with unaccent, english_stem;
--> statement-breakpoint
-- Words as they are written, without accents: what someone who is still typing has typed of them.
create text search configuration search.spellings (copy = pg_catalog.simple);
--> statement-breakpoint
alter text search configuration search.spellings
  alter mapping for hword, hword_part, word with unaccent, simple;
--> statement-breakpoint
do $migration$
declare
  perspective text;
begin
  foreach perspective in array array['published', 'preview'] loop
    execute format($tables$
      alter table %1$I.articles
        add column topic_ids uuid[] not null default '{}',
        add column has_image boolean not null default false,
        add column heat_rank integer not null default 0,
        add column quality_rank integer not null default 0,
        add column trending double precision not null default 0,
        add column search tsvector not null default '',
        add column title_words text not null default '';

      update %1$I.articles a set
        topic_ids = array(
          select topic_id from %1$I.article_topics t where t.article_id = a.id order by t.position),
        has_image = exists (select from %1$I.article_images i where i.article_id = a.id),
        heat_rank = coalesce(heat, -2147483648),
        quality_rank = coalesce(quality, -2147483648),
        trending = case when heat > 0 then log(2, heat::numeric)::float8 else -4e6 end
          + (extract(epoch from published_date_time) / 86400)::float8,
        search = case when is_stub then '' else
          setweight(to_tsvector('search.words', title), 'A') || setweight(to_tsvector('search.spellings', title), 'A')
          || setweight(to_tsvector('search.words', coalesce(excerpt, '')), 'B')
          || setweight(to_tsvector('search.spellings', coalesce(excerpt, '')), 'B') end,
        title_words = case when is_stub then '' else lower(unaccent(title)) end;

      alter table %1$I.articles
        alter column topic_ids drop default,
        alter column has_image drop default,
        alter column heat_rank drop default,
        alter column quality_rank drop default,
        alter column trending drop default,
        alter column search drop default,
        alter column title_words drop default;

      drop index %1$I.articles_by_date;
      create index articles_by_date on %1$I.articles (published_date_time, id) where not is_stub;
      create index articles_and_stubs_by_date on %1$I.articles (published_date_time, id);
      create index articles_by_heat on %1$I.articles (heat_rank, published_date_time, id);
      create index articles_by_quality on %1$I.articles (quality_rank, published_date_time, id);
      create index articles_by_trending on %1$I.articles (trending, id);
      create index articles_by_provider_and_heat on %1$I.articles (provider_id, heat_rank, published_date_time, id);
      create index articles_by_provider_and_quality on %1$I.articles (provider_id, quality_rank, published_date_time, id);
      create index articles_by_provider_and_trending on %1$I.articles (provider_id, trending, id);
      create index articles_by_topics on %1$I.articles using gin (topic_ids);
      create index articles_by_search on %1$I.articles using gin (search);
      create index articles_by_title_words on %1$I.articles using gin (title_words gin_trgm_ops);

      alter table %1$I.article_topics
        add column heat_rank integer not null default 0,
        add column quality_rank integer not null default 0,
        add column trending double precision not null default 0;

      update %1$I.article_topics t set heat_rank = a.heat_rank, quality_rank = a.quality_rank, trending = a.trending
      from %1$I.articles a where a.id = t.article_id;

      alter table %1$I.article_topics
        alter column heat_rank drop default,
        alter column quality_rank drop default,
        alter column trending drop default;

      create index article_topics_by_heat on %1$I.article_topics (topic_id, heat_rank, published_date_time, article_id);
      create index article_topics_by_quality on %1$I.article_topics (topic_id, quality_rank, published_date_time, article_id);
      create index article_topics_by_trending on %1$I.article_topics (topic_id, trending, article_id);

      create table %1$I.provider_topics (
        provider_id uuid not null,
        topic_id uuid not null,
        article_count integer not null,
        primary key (provider_id, topic_id)
      );

      insert into %1$I.provider_topics
      select a.provider_id, t.topic_id, count(*) from %1$I.article_topics t join %1$I.articles a on a.id = t.article_id
      group by a.provider_id, t.topic_id;
    $tables$, perspective);
  end loop;
end
$migration$;
