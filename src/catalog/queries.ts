import { type SQL, sql } from 'drizzle-orm';
import { versions } from '../db/content.tables.ts';
import type { Database } from '../db/database.ts';
import { type PerspectiveName, tablesOf } from '../db/perspective.ts';
import { compile } from '../db/statement.ts';
import { imageAsJson } from '../images/queries.ts';
import type { CatalogRows } from './rows.ts';

/** All that a catalog holds, in one statement, so that it is of one content version. */
export async function readCatalog(database: Database, name: PerspectiveName): Promise<CatalogRows> {
  const { providers, providerImages, images, topics, providerTopics, articleFacets } = tablesOf(name);
  const [row] = await rowsOf<CatalogRows>(
    database,
    sql`select v.version::float8 as version,
          (select coalesce(json_agg(json_build_object(
              'id', p.id, 'domain', p.domain, 'name', p.name, 'articleCount', p.article_count,
              'images', (
                select coalesce(json_agg(${imageAsJson} order by m.position), '[]')
                from ${providerImages} m join ${images} i on i.id = m.image_id where m.provider_id = p.id)
            )), '[]') from ${providers} p) as providers,
          (select coalesce(json_agg(json_build_object(
              'id', t.id, 'slug', t.slug, 'name', t.name, 'articleCount', t.article_count
            )), '[]') from ${topics} t) as topics,
          (select coalesce(json_agg(json_build_array(c.provider_id, c.topic_id, c.article_count)), '[]')
            from ${providerTopics} c) as pairs,
          (select coalesce(json_agg(json_build_object('facet', f.facet, 'value', f.value, 'count', f.article_count)), '[]')
            from ${articleFacets} f) as facets
        from ${versions} v where v.perspective = ${name.toLowerCase()}`,
  );
  if (!row) throw new Error(`expected a content version of ${name}, got none: has the database been migrated?`);
  return row;
}

export async function readVersion(database: Database, name: PerspectiveName): Promise<number | undefined> {
  const [row] = await rowsOf<{ version: number }>(
    database,
    sql`select version::float8 as version from ${versions} where perspective = ${name.toLowerCase()}`,
  );
  return row?.version;
}

function rowsOf<Row>(database: Database, select: SQL): Promise<Row[]> {
  const { text, parameters } = compile(select);
  return database.query<Row>(text, [...parameters], { queryClass: 'indexed', prepare: true });
}
