import { ARTICLE, articles, rows } from './rows.mjs';

const LATEST = ['infinity', 'ffffffff-ffff-ffff-ffff-ffffffffffff'];

/** A page of a topic's articles, newest first. Whether there are articles before it is only asked when selected. */
export async function topicArticles({ uuid, articleCount }, { first, after }) {
  const [instant, id] = after ? JSON.parse(Buffer.from(after, 'base64url').toString()) : LATEST;
  const found = await articles(
    `select ${ARTICLE} from preview.article_topics e join preview.articles a on a.id = e.article_id
     where e.topic_id = $1 and (e.published_date_time, e.article_id) < ($2::text::timestamptz, $3::uuid)
     order by e.published_date_time desc, e.article_id desc limit $4`,
    [uuid, instant, id, first + 1],
  );
  const nodes = found.slice(0, first);
  return {
    totalCount: articleCount,
    nodes,
    pageInfo: {
      hasNextPage: found.length > first,
      before: after ? { uuid, instant, id } : null,
      startCursor: cursorOf(nodes.at(0)),
      endCursor: cursorOf(nodes.at(-1)),
    },
  };
}

/** Resolves `PageInfo.hasPreviousPage`. */
export async function hasPreviousPage({ before }) {
  if (!before) return false;
  const { uuid, instant, id } = before;
  const [{ exists }] = await rows(
    `select exists (
       select from preview.article_topics
       where topic_id = $1 and (published_date_time, article_id) >= ($2::text::timestamptz, $3::uuid)
     )`,
    [uuid, instant, id],
  );
  return exists;
}

function cursorOf(article) {
  if (!article) return null;
  return Buffer.from(JSON.stringify([article.publishedDateTime.toISOString(), article.uuid])).toString('base64url');
}
