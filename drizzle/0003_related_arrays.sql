-- A related list is two arrays of its document instead of a row for each entry, which takes less time to store.
alter table content.documents
  add column related_ids uuid[] not null default '{}',
  add column related_claim_ids uuid[] not null default '{}';
--> statement-breakpoint
-- Hashes do not compress.
alter table content.documents
  alter column related_ids set storage external,
  alter column related_claim_ids set storage external;
--> statement-breakpoint
update content.documents d set related_ids = r.article_ids, related_claim_ids = r.claim_ids
from (
  select document_id, array_agg(article_id order by position) as article_ids, array_agg(claim_id order by position) as claim_ids
  from content.related group by document_id
) r
where r.document_id = d.id;
--> statement-breakpoint
drop table content.related;
--> statement-breakpoint
alter table content.documents
  alter column related_ids drop default,
  alter column related_claim_ids drop default;
--> statement-breakpoint
create index documents_by_related on content.documents using gin (related_ids) with (fastupdate = off);
