-- What the files say: content-addressed documents and claims, and the files that point to them.
create schema content;
--> statement-breakpoint
create table content.files (
  path text primary key,
  document_id uuid not null,
  size bigint not null,
  modified bigint not null,
  format integer not null
);
--> statement-breakpoint
create index files_by_document on content.files (document_id);
--> statement-breakpoint
create table content.staged_files (
  run uuid not null,
  path text not null,
  document_id uuid,
  size bigint,
  modified bigint,
  format integer,
  primary key (run, path)
);
--> statement-breakpoint
create table content.documents (
  id uuid primary key,
  article_id uuid not null,
  claim_id uuid not null,
  published boolean not null,
  front_matter jsonb not null
);
--> statement-breakpoint
create index documents_by_article on content.documents (article_id);
--> statement-breakpoint
create index documents_by_claim on content.documents (claim_id);
--> statement-breakpoint
create table content.related (
  document_id uuid not null,
  position integer not null,
  article_id uuid not null,
  claim_id uuid not null,
  primary key (document_id, position)
);
--> statement-breakpoint
create index related_by_article on content.related (article_id, claim_id, document_id);
--> statement-breakpoint
create index related_by_claim on content.related (claim_id);
--> statement-breakpoint
create table content.claims (
  id uuid primary key,
  article_id uuid not null,
  as_of timestamptz(3) not null,
  title text not null,
  excerpt text,
  category text,
  type text not null,
  published_date_time timestamptz(3) not null,
  web_url text not null,
  original_url text,
  amp_web_url text,
  cdn_amp_web_url text,
  quality integer,
  heat integer,
  published boolean not null,
  provider jsonb not null,
  provider_id uuid not null,
  addresses jsonb not null,
  topics jsonb not null,
  images jsonb not null,
  unknown_keys jsonb
);
--> statement-breakpoint
create table content.current_run (run uuid not null);
--> statement-breakpoint
create table content.versions (perspective text primary key, version bigint not null);
--> statement-breakpoint
insert into content.versions values ('published', 0), ('preview', 0);
--> statement-breakpoint
-- What readers see: the same tables twice, so that a query names the perspective it may read.
do $migration$
declare
  perspective text;
begin
  foreach perspective in array array['published', 'preview'] loop
    execute format($tables$
      create schema %1$I;

      create table %1$I.articles (
        id uuid primary key,
        title text not null,
        excerpt text,
        category text,
        type text not null,
        published_date_time timestamptz(3) not null,
        web_url text not null,
        original_url text,
        amp_web_url text,
        cdn_amp_web_url text,
        quality integer,
        heat integer,
        published boolean not null,
        is_stub boolean not null,
        provider_id uuid not null,
        claim_id uuid not null
      );
      create index articles_by_date on %1$I.articles (published_date_time, id);
      create index articles_by_provider on %1$I.articles (provider_id, published_date_time, id);

      create table %1$I.article_addresses (
        address_id uuid not null,
        rank integer not null,
        article_id uuid not null,
        primary key (address_id, rank, article_id)
      );
      create index article_addresses_by_article on %1$I.article_addresses (article_id);

      create table %1$I.article_topics (
        article_id uuid not null,
        position integer not null,
        topic_id uuid not null,
        published_date_time timestamptz(3) not null,
        primary key (article_id, position)
      );
      create index article_topics_by_topic on %1$I.article_topics (topic_id, published_date_time, article_id);

      create table %1$I.article_images (
        article_id uuid not null,
        position integer not null,
        image_id uuid not null,
        primary key (article_id, position)
      );
      create index article_images_by_image on %1$I.article_images (image_id, article_id);

      create table %1$I.article_related (
        article_id uuid not null,
        position integer not null,
        related_id uuid not null,
        primary key (article_id, position)
      );
      create index article_related_by_related on %1$I.article_related (related_id, article_id);

      create table %1$I.providers (
        id uuid primary key,
        domain text not null,
        name text not null,
        article_count integer not null
      );
      create unique index providers_by_domain on %1$I.providers (domain);

      create table %1$I.provider_images (
        provider_id uuid not null,
        position integer not null,
        image_id uuid not null,
        claim_id uuid not null,
        primary key (provider_id, position)
      );
      create index provider_images_by_image on %1$I.provider_images (image_id);

      create table %1$I.topics (
        id uuid primary key,
        slug text not null,
        name text not null,
        article_count integer not null
      );
      create unique index topics_by_slug on %1$I.topics (slug);

      create table %1$I.images (
        id uuid primary key,
        url text not null,
        width integer,
        height integer,
        is_cached boolean not null,
        title text
      );
    $tables$, perspective);
  end loop;
end
$migration$;
