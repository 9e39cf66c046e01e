/** Parts that several statements select, as columns of `articles a`. */

export const INSTANT = 'a.published_date_time as "publishedDateTime"';

/** The provider, with these columns. */
export function provider(columns: string): string {
  return `(select to_json(p) from (select ${columns} from preview.providers p where p.id = a.provider_id) p) as provider`;
}

export const TOPICS = `array(
  select to_json(t) from (
    select t.name, t.slug from unnest(a.topic_ids) with ordinality u (id, n) join preview.topics t on t.id = u.id order by u.n
  ) t
) as topics`;

/** The images, with these columns, as far as `condition` on `article_images m` holds. */
export function images(columns: string, condition = 'm.position = 0'): string {
  return `case when a.has_image then array(
    select to_json(i) from (
      select ${columns} from preview.article_images m join preview.images i on i.id = m.image_id
      where m.article_id = a.id and ${condition} order by m.position
    ) i
  ) else '{}' end as images`;
}

/** A page size, as the planner should know it. */
export function limit(first: number): string {
  if (!Number.isSafeInteger(first) || first < 0) throw new Error(`expected a page size, got ${first}`);
  return `limit ${first}`;
}
