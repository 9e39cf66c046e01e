import { ARTICLE_ROWS, providerRows, topicAndImageRows } from './projected-rows.ts';
import { type PerspectiveSchema, type Replacement, replaceRows } from './replace-rows.ts';
import { temp } from './temp-table.ts';

/**
 * The statements that project the articles in `affected`, and the providers, topics and images they touch, into one
 * perspective. It is a function of the documents that the perspective may see, so nothing depends on what came first:
 *
 * - An article's own document beats any related entry. Among several of one kind, the latest `as_of` wins
 *   (update, else publication), then the latest publication, then the greatest id: a total order.
 * - A provider, a topic or an image says what the best-ranked article that mentions it says.
 *
 * `sees` is the condition, beside being in a file, under which this perspective sees document `d`.
 */
export function project(perspective: PerspectiveSchema, sees: string): string[] {
  const visible = `exists (select from content.files f where f.document_id = d.id) ${sees}`;
  const replace = (replacement: Replacement) => replaceRows(perspective, replacement);
  return [
    findWinners(visible),
    ...findMoved(perspective),
    ...findTouched(perspective),
    ...ARTICLE_ROWS.flatMap(replace),
    ...providerRows(perspective).flatMap(replace),
    // Logos belong to providers, so images come last: theirs may have changed just now.
    temp(
      'touched_images_and_logos',
      `select id from touched_images
       union select image_id from ${perspective}.provider_images join touched_providers t on t.id = provider_id`,
    ),
    ...topicAndImageRows(perspective).flatMap(replace),
    'drop table winners, moved, movers, touched_providers, touched_topics, touched_images, touched_images_and_logos',
  ];
}

/** Of each affected article, the claim that speaks for it here, and its document unless it is a stub. */
function findWinners(visible: string): string {
  return temp(
    'winners',
    `select distinct on (said.article_id) said.article_id, said.claim_id, said.document_id
     from (
       select d.article_id, d.claim_id, d.id as document_id
       from affected a join content.documents d on d.article_id = a.id where ${visible}
       union all
       select distinct r.article_id, r.claim_id, null::uuid
       from affected a
       join content.related r on r.article_id = a.id
       join content.documents d on d.id = r.document_id where ${visible}
     ) said
     join content.claims c on c.id = said.claim_id
     order by said.article_id, said.document_id is null, c.as_of desc, c.published_date_time desc,
       said.claim_id desc, said.document_id desc`,
  );
}

/**
 * The articles whose claim is another than before, or that come or go: all that an article says and points to follows
 * from its claim, but for its related list, which follows from its document.
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

/** What the moved articles point to, before and after. */
function findTouched(perspective: PerspectiveSchema): string[] {
  return [
    temp(
      'touched_providers',
      `select provider_id as id from ${perspective}.articles join moved using (id)
       union select c.provider_id from movers w join content.claims c on c.id = w.claim_id`,
    ),
    temp(
      'touched_topics',
      `select topic_id as id from ${perspective}.article_topics t join moved a on a.id = t.article_id
       union ${idsIn('topics')}`,
    ),
    temp(
      'touched_images',
      `select image_id as id from ${perspective}.article_images i join moved a on a.id = i.article_id
       union select image_id from ${perspective}.provider_images i join touched_providers t on t.id = i.provider_id
       union ${idsIn('images')}`,
    ),
  ];
}

function idsIn(list: 'topics' | 'images'): string {
  return `select (item ->> 'id')::uuid from movers w
    join content.claims c on c.id = w.claim_id cross join jsonb_array_elements(c.${list}) item`;
}
