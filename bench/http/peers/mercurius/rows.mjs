import postgres from 'postgres';

const sql = postgres(process.env.DATABASE_URL, { max: 10 });

/** The rows of a statement, which is prepared once for each connection. */
export function rows(statement, parameters) {
  return sql.unsafe(statement, parameters, { prepare: true });
}

/** The columns of `preview.articles a`. */
export const ARTICLE = `a.id as uuid, a.title, a.excerpt, a.category, upper(a.type) as type,
  a.published_date_time as "publishedDateTime", a.web_url as "webUrl", a.original_url as "originalUrl",
  a.amp_web_url as "ampWebUrl", a.cdn_amp_web_url as "cdnAmpWebUrl", a.quality, a.heat, a.published,
  a.is_stub as "isStub", a.provider_id as "providerId"`;

/** Mercurius names what a loader is asked for by the JSON of its parent: let that be short. */
class Article {
  toJSON() {
    return this.uuid;
  }
}

export function toArticle(row) {
  return Object.setPrototypeOf(row, Article.prototype);
}

export async function articles(statement, parameters) {
  return (await rows(statement, parameters)).map(toArticle);
}
