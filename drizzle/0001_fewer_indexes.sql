-- A claim is always looked for together with its article, so the indexes by article serve.
drop index content.documents_by_claim;
--> statement-breakpoint
drop index content.related_by_claim;
