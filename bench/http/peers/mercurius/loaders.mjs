import { ARTICLE, articles, rows } from './rows.mjs';

/** No cache: it would write each parent as JSON once more. */
const opts = { cache: false };

export const loaders = {
  Article: {
    provider: {
      opts,
      loader: async (queries, { reply }) => {
        const ids = queries.map(({ obj }) => obj.providerId);
        const known = await memoOf(reply).providers(ids);
        return ids.map((id) => known.get(id));
      },
    },
    topics: {
      opts,
      loader: async (queries) => {
        const found = await rows(
          `select e.article_id as owner, t.name, t.slug from preview.article_topics e
           join preview.topics t on t.id = e.topic_id
           where e.article_id = any($1::uuid[]) order by e.article_id, e.position`,
          [distinct(queries.map(({ obj }) => obj.uuid))],
        );
        const lists = byOwner(found);
        return queries.map(({ obj }) => lists.get(obj.uuid) ?? []);
      },
    },
    images: {
      opts,
      loader: async (queries) => {
        const most = Math.max(...queries.map(({ params }) => params.first ?? 100));
        const found = await rows(
          `select m.article_id as owner, i.url, i.width, i.height from preview.article_images m
           join preview.images i on i.id = m.image_id
           where m.article_id = any($1::uuid[]) and m.position < $2 order by m.article_id, m.position`,
          [distinct(queries.map(({ obj }) => obj.uuid)), most],
        );
        const lists = byOwner(found);
        return queries.map(({ obj, params }) => (lists.get(obj.uuid) ?? []).slice(0, params.first ?? 100));
      },
    },
    related: {
      opts,
      // Two statements are cheaper than one that joins: the same few articles stand in many lists.
      loader: async (queries, { reply }) => {
        const most = Math.max(...queries.map(({ params }) => params.first));
        const found = await rows(
          `select article_id as owner, position, related_id as "relatedId" from preview.article_related
           where article_id = any($1::uuid[]) and position < $2 order by article_id, position`,
          [distinct(queries.map(({ obj }) => obj.uuid)), most],
        );
        const known = await memoOf(reply).articles(found.map(({ relatedId }) => relatedId));
        const lists = byOwner(found);
        return queries.map(({ obj, params }) => {
          const edges = (lists.get(obj.uuid) ?? [])
            .slice(0, params.first)
            .map(({ position, relatedId }) => ({ position, node: known.get(relatedId) }));
          return { edges, nodes: edges.map(({ node }) => node) };
        });
      },
    },
  },
};

const memos = new WeakMap();

/** What one request has read, so that none of it is read for it again. */
function memoOf(reply) {
  const known = memos.get(reply);
  if (known) return known;
  const memo = {
    providers: reader((ids) =>
      rows('select id as uuid, name, domain from preview.providers where id = any($1::uuid[])', [ids]),
    ),
    articles: reader((ids) =>
      articles(`select ${ARTICLE} from preview.articles a where a.id = any($1::uuid[])`, [ids]),
    ),
  };
  memos.set(reply, memo);
  return memo;
}

function reader(read) {
  const known = new Map();
  return async (ids) => {
    const missing = distinct(ids).filter((id) => !known.has(id));
    if (missing.length > 0) for (const row of await read(missing)) known.set(row.uuid, row);
    return known;
  };
}

function distinct(ids) {
  return [...new Set(ids)];
}

function byOwner(found) {
  const lists = new Map();
  for (const row of found) {
    const list = lists.get(row.owner);
    if (list) list.push(row);
    else lists.set(row.owner, [row]);
  }
  return lists;
}
