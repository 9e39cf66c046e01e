const SEARCH = ['words', 'spellings']
  .flatMap((configuration) => [
    `setweight(to_tsvector('search.${configuration}', c.title), 'A')`,
    `setweight(to_tsvector('search.${configuration}', coalesce(c.excerpt, '')), 'B')`,
  ])
  .join(' || ');

const select = `select c.id as claim_id, ${SEARCH} as search, lower(unaccent(c.title)) as title_words from content.claims c`;

/**
 * What a search finds the affected articles by, for each claim that a document makes: once for both
 * perspectives, as nothing else of an article takes as long. When most documents are affected, all
 * are gone through: PostgreSQL shares that among processes, but none of them can see a table that
 * is `temp`.
 */
export function gatherSearchedWords(): string {
  return `do $searched$ begin
      if (select count(*) from affected) > (select count(*) / 2 from content.documents) then
        create temp table searched_words on commit drop as ${select}
          where exists (select from content.documents d where d.claim_id = c.id);
      else
        create temp table searched_words on commit drop as ${select}
          where c.id in (select claim_id from current_claims where document_id is not null);
      end if;
      analyze searched_words (claim_id);
    end $searched$`;
}
