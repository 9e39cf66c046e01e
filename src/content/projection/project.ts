import { articleRows, providerRows, topicAndImageRows } from './projected-rows.ts';
import { type PerspectiveSchema, type Replacement, replaceRows } from './replace-rows.ts';
import { temp } from './temp-table.ts';

/**
 * The statements that project the articles in `affected`, and the providers, topics and images they
 * touch, into one perspective. It is a function of the documents that the perspective may see, so
 * nothing depends on what came first:
 *
 * - An article's own document beats any related entry. Among several of one kind, the latest `as_of`
 *   wins (update, else publication), then the latest publication, then the greatest id: a total order.
 * - A provider, a topic or an image says what the best-ranked article that mentions it says.
 *
 * `sees` is the condition under which this perspective sees a claim `said` (see `gatherClaims`).
 */
export function project(perspective: PerspectiveSchema, sees: string): string[] {
  const replace = (replacement: Replacement) => replaceRows(perspective, replacement);
  return [
    findWinners(sees),
    ...findMoved(perspective),
    ...findTouched(perspective),
    countFacets(perspective),
    ...articleRows(perspective).map(replace),
    ...moveFacets(perspective),
    ...findTouchedNow(perspective),
    // Logos belong to providers, and images to either.
    touchLogos(perspective),
    ...providerRows(perspective).map(replace),
    touchLogos(perspective),
    ...topicAndImageRows(perspective).map(replace),
    'drop table winners, moved, movers, touched_providers, touched_topics, touched_images, former_facets',
  ];
}

/**
 * All that the documents which files hold now claim of the affected articles: as documents of them,
 * or in related lists. With whether published documents do.
 */
export function gatherClaims(): string[] {
  return [
    temp(
      'current_claims',
      `select d.article_id, d.claim_id, d.id as document_id, d.published
       from affected a join content.documents d on d.article_id = a.id where ${isInFile}
       union all
       select entry.article_id, entry.claim_id, null::uuid, bool_or(entry.published)
       from (${entriesOfMany} union all ${entriesOfFew}) entry
       group by entry.article_id, entry.claim_id`,
    ),
  ];
}

const isInFile = 'exists (select from content.files f where f.document_id = d.id)';
const entries = 'unnest(d.related_ids, d.related_claim_ids) as r (article_id, claim_id)';
/** From so many on, reading all lists takes less than asking the index for each. */
const areMany = '(select count(*) > 2000 from affected)';

/** Every list is read through. */
const entriesOfMany = `select r.article_id, r.claim_id, d.published
  from content.documents d cross join ${entries} join affected a on a.id = r.article_id
  where ${areMany} and ${isInFile}`;

/** The index knows which lists name them. */
const entriesOfFew = `select r.article_id, r.claim_id, d.published
  from content.documents d cross join ${entries} join affected a on a.id = r.article_id
  where not ${areMany} and d.related_ids && array(select id from affected) and ${isInFile}`;

/**
 * Of each affected article, the claim that speaks for it here, and its document unless it is a
 * stub.
 */
function findWinners(sees: string): string {
  return temp(
    'winners',
    `select distinct on (said.article_id) said.article_id, said.claim_id, said.document_id
     from current_claims said join content.claims c on c.id = said.claim_id where ${sees}
     order by said.article_id, said.document_id is null, c.as_of desc, c.published_date_time desc,
       said.claim_id desc, said.document_id desc`,
  );
}

/**
 * The articles whose claim is another than before, or that come or go: all that an article says and
 * points to follows from its claim, but for its related list, which follows from its document.
 */
function findMoved(perspective: PerspectiveSchema): string[] {
  return [
    temp(
      'moved',
      `select a.id from affected a
       left join ${perspective}.articles t using (id)
       left join winners w on w.article_id = a.id
       where (t.claim_id, t.is_stub) is distinct from (w.claim_id, w.document_id is null)`,
    ),
    temp('movers', 'select w.* from winners w join moved m on m.id = w.article_id'),
  ];
}

/** What the moved articles point to. */
const pointedTo = (perspective: PerspectiveSchema) => ({
  touched_providers: `select provider_id as id from ${perspective}.articles join moved using (id)`,
  touched_topics: `select topic_id as id from ${perspective}.article_topics t join moved a on a.id = t.article_id`,
  touched_images: `select image_id as id from ${perspective}.article_images i join moved a on a.id = i.article_id`,
});

/** What they pointed to until now. */
function findTouched(perspective: PerspectiveSchema): string[] {
  return Object.entries(pointedTo(perspective)).map(([touched, select]) =>
    temp(touched, `select distinct * from (${select}) t`),
  );
}

/** What they point to from now on. */
function findTouchedNow(perspective: PerspectiveSchema): string[] {
  return Object.entries(pointedTo(perspective)).map(
    ([touched, select]) => `insert into ${touched} ${select} except select id from ${touched};\nanalyze ${touched}`,
  );
}

/** The logos of touched providers: those that they have had, and then those that they have. */
function touchLogos(perspective: PerspectiveSchema): string {
  return `insert into touched_images
    select image_id from ${perspective}.provider_images join touched_providers t on t.id = provider_id
    except select id from touched_images`;
}

/** The moved articles that have a document, by type and by category. */
const facetsOfMoved = (perspective: PerspectiveSchema) => `select facet, value, count(*)::int as n
  from ${perspective}.articles a join moved using (id)
  cross join lateral (values ('type', a.type), ('category', a.category)) f (facet, value)
  where not a.is_stub and value is not null group by facet, value`;

/** As they are until now. */
function countFacets(perspective: PerspectiveSchema): string {
  return temp('former_facets', facetsOfMoved(perspective));
}

/** The counts of the whole feed follow from what the moved articles were and are: none is counted anew. */
function moveFacets(perspective: PerspectiveSchema): string[] {
  const facets = `${perspective}.article_facets`;
  return [
    `insert into ${facets} as t
     select facet, value, sum(n) from (
       select * from (${facetsOfMoved(perspective)}) present union all select facet, value, -n from former_facets
     ) changes group by facet, value having sum(n) <> 0
     on conflict (facet, value) do update set article_count = t.article_count + excluded.article_count`,
    `delete from ${facets} where article_count = 0`,
  ];
}
