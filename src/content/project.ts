/**
 * The commit of a sync, as one script: files move to their new documents, then every article that a changed
 * document mentions is projected anew into both perspectives, and with it the providers, topics and images it
 * touches. A perspective is a function of the documents it may see, so nothing here depends on what came first:
 *
 * - An article's own document beats any related entry. Among several of one kind, the latest `as_of` wins
 *   (update, else publication), then the latest publication, then the greatest id: a total order.
 * - A provider, a topic or an image says what the best-ranked article that mentions it says.
 *
 * Only rows that differ are written. Scripts run as one transaction (see `Database.script`).
 */
export function commitScript(run: string): string {
  return [
    // Compiling these statements would take longer than running them.
    `select set_config('jit', 'off', true)`,
    fence(run),
    moveFiles(run),
    gatherStatistics(run, 'content', ['documents', 'related', 'claims', 'files']),
    findAffectedArticles(),
    project('published', 'and d.published'),
    project('preview', ''),
    raiseVersions(),
    collectGarbage(),
    gatherStatistics(run, 'published', PROJECTED),
    gatherStatistics(run, 'preview', PROJECTED),
    `delete from content.staged_files where run = '${run}'`,
  ]
    .flat()
    .join(';\n');
}

/** Only the run that began last may commit: another that was thought dead finds that it has lost its turn. */
function fence(run: string): string {
  return `do $fence$ begin
    perform from content.current_run where run = '${run}' for update;
    if not found then raise exception 'another sync has begun since; this one changes nothing' using errcode = '40001'; end if;
  end $fence$`;
}

function moveFiles(run: string): string[] {
  const staged = `(select * from content.staged_files where run = '${run}')`;
  return [
    temp(
      'changed_documents',
      `select s.document_id as id from ${staged} s left join content.files f using (path)
       where s.document_id is not null and s.document_id is distinct from f.document_id
       union
       select f.document_id from content.files f join ${staged} s using (path)
       where s.document_id is distinct from f.document_id`,
    ),
    `delete from content.files f using ${staged} s where s.path = f.path and s.document_id is null`,
    `insert into content.files (path, document_id, size, modified, format)
     select path, document_id, size, modified, format from ${staged} s where document_id is not null
     on conflict (path) do update set
       document_id = excluded.document_id, size = excluded.size, modified = excluded.modified, format = excluded.format`,
  ];
}

function findAffectedArticles(): string[] {
  return [
    'create temp table changes (perspective text not null) on commit drop',
    temp('owners', 'select distinct d.article_id as id from content.documents d join changed_documents using (id)'),
    temp(
      'affected',
      `select id from owners
       union
       select r.article_id from content.related r join changed_documents c on c.id = r.document_id`,
    ),
  ];
}

type Perspective = 'published' | 'preview';

/** `sees`: the condition, beside being in a file, under which this perspective sees document `d`. */
function project(perspective: Perspective, sees: string): string[] {
  const visible = `exists (select from content.files f where f.document_id = d.id) ${sees}`;
  const replace = (replacement: Replacement) => replaceRows(perspective, replacement);
  return [
    findWinners(visible),
    ...findMoved(perspective),
    ...findTouched(perspective),
    ...ARTICLE_ROWS.flatMap(replace),
    ...provider(perspective).flatMap(replace),
    // Logos belong to providers, so images come last: theirs may have changed just now.
    temp(
      'touched_images_and_logos',
      `select id from touched_images
       union select image_id from ${perspective}.provider_images join touched_providers t on t.id = provider_id`,
    ),
    ...topicsAndImages(perspective).flatMap(replace),
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
function findMoved(perspective: Perspective): string[] {
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
function findTouched(perspective: Perspective): string[] {
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

/** Makes the rows of `table` whose `scope` column is in the table `within` equal to `rows`. */
interface Replacement {
  readonly table: string;
  /** The columns of its primary key. */
  readonly key: readonly string[];
  readonly scope: string;
  readonly within: string;
  /** A select of every column of `table`, in its order. */
  readonly rows: string;
}

const fromMovers = 'from movers w join content.claims c on c.id = w.claim_id';
const listed = (list: string) => `cross join jsonb_array_elements(c.${list}) with ordinality as listed (item, n)`;

/** What each article says and points to. */
const ARTICLE_ROWS: readonly Replacement[] = [
  {
    table: 'articles',
    key: ['id'],
    scope: 'id',
    within: 'moved',
    rows: `select w.article_id, c.title, c.excerpt, c.category, c.type, c.published_date_time, c.web_url, c.original_url,
        c.amp_web_url, c.cdn_amp_web_url, c.quality, c.heat, c.published, w.document_id is null, c.provider_id,
        w.claim_id ${fromMovers}`,
  },
  {
    table: 'article_addresses',
    key: ['address_id', 'rank', 'article_id'],
    scope: 'article_id',
    within: 'moved',
    rows: `select (item ->> 'id')::uuid, (item ->> 'rank')::int, w.article_id ${fromMovers} ${listed('addresses')}`,
  },
  {
    table: 'article_topics',
    key: ['article_id', 'position'],
    scope: 'article_id',
    within: 'moved',
    rows: `select w.article_id, n::int - 1, (item ->> 'id')::uuid, c.published_date_time ${fromMovers} ${listed('topics')}`,
  },
  {
    table: 'article_images',
    key: ['article_id', 'position'],
    scope: 'article_id',
    within: 'moved',
    rows: `select w.article_id, n::int - 1, (item ->> 'id')::uuid ${fromMovers} ${listed('images')}`,
  },
  {
    table: 'article_related',
    key: ['article_id', 'position'],
    scope: 'article_id',
    within: 'owners',
    rows: `select w.article_id, r.position, r.article_id
      from winners w join owners o on o.id = w.article_id join content.related r using (document_id)`,
  },
];

/** Claims that mention a thing, best first: the order in which they may say what it is. */
const BEST = 'a.is_stub, c.as_of desc, c.id desc';

function provider(perspective: Perspective): Replacement[] {
  const mentions = `from touched_providers t
    join ${perspective}.articles a on a.provider_id = t.id join content.claims c on c.id = a.claim_id`;
  return [
    {
      table: 'providers',
      key: ['id'],
      scope: 'id',
      within: 'touched_providers',
      rows: `select best.id, best.domain, best.name, coalesce(counted.n, 0)::int
        from (
          select distinct on (t.id) t.id, c.provider ->> 'domain' as domain, c.provider ->> 'name' as name
          ${mentions} order by t.id, ${BEST}
        ) best
        left join (
          select provider_id as id, count(*) as n from ${perspective}.articles
          where not is_stub and provider_id in (select id from touched_providers) group by provider_id
        ) counted using (id)`,
    },
    {
      table: 'provider_images',
      key: ['provider_id', 'position'],
      scope: 'provider_id',
      within: 'touched_providers',
      rows: `select best.id, n::int - 1, (item ->> 'id')::uuid, best.claim_id
        from (
          select distinct on (t.id) t.id, c.id as claim_id, c.provider -> 'images' as images
          ${mentions} where c.provider -> 'images' <> '[]' order by t.id, ${BEST}
        ) best cross join jsonb_array_elements(best.images) with ordinality as listed (item, n)`,
    },
  ];
}

function topicsAndImages(perspective: Perspective): Replacement[] {
  return [
    {
      table: 'topics',
      key: ['id'],
      scope: 'id',
      within: 'touched_topics',
      rows: `select best.id, best.slug, best.name, counted.n::int
        from (
          select distinct on (t.id) t.id, c.topics -> m.position ->> 'slug' as slug, c.topics -> m.position ->> 'name' as name
          from touched_topics t
          join ${perspective}.article_topics m on m.topic_id = t.id
          join ${perspective}.articles a on a.id = m.article_id
          join content.claims c on c.id = a.claim_id
          order by t.id, ${BEST}
        ) best
        join (
          select topic_id as id, count(*) as n from ${perspective}.article_topics
          where topic_id in (select id from touched_topics) group by topic_id
        ) counted using (id)`,
    },
    {
      table: 'images',
      key: ['id'],
      scope: 'id',
      within: 'touched_images_and_logos',
      rows: `select distinct on (t.id) t.id, said.item ->> 'url', (said.item ->> 'width')::int, (said.item ->> 'height')::int,
          (said.item ->> 'isCached')::boolean, said.item ->> 'title'
        from touched_images_and_logos t
        cross join lateral (
          select a.is_stub, c.as_of, c.id, c.images -> m.position as item
          from ${perspective}.article_images m
          join ${perspective}.articles a on a.id = m.article_id
          join content.claims c on c.id = a.claim_id
          where m.image_id = t.id
          union all
          select false, c.as_of, c.id, c.provider -> 'images' -> m.position
          from ${perspective}.provider_images m join content.claims c on c.id = m.claim_id
          where m.image_id = t.id
        ) said
        order by t.id, said.is_stub, said.as_of desc, said.id desc, said.item ->> 'url'`,
    },
  ];
}

function replaceRows(perspective: Perspective, { table, key, scope, within, rows }: Replacement): string[] {
  const same = key.map((column) => `fresh.${column} = t.${column}`).join(' and ');
  const target = `${perspective}.${table}`;
  const noted = `insert into changes select '${perspective}' from written limit 1`;
  return [
    `create temp table fresh (like ${target}) on commit drop`,
    `insert into fresh ${rows}`,
    `with written as (
       delete from ${target} t using ${within} s where s.id = t.${scope}
       and not exists (select from fresh where ${same} and fresh is not distinct from t)
       returning 1
     ) ${noted}`,
    // In the sequence of the primary key, which fills its index page by page.
    `with written as (
       insert into ${target} select * from fresh order by ${key.join(', ')} on conflict do nothing returning 1
     ) ${noted}`,
    'drop table fresh',
  ];
}

/** Tells every server which perspectives have changed, when the script commits. */
function raiseVersions(): string[] {
  return [
    `update content.versions set version = version + 1 where perspective in (select perspective from changes)`,
    `select pg_notify('newsgraph', perspective || ':' || version) from content.versions
     where perspective in (select perspective from changes)`,
  ];
}

/** Documents that no file holds any more, and claims that no document makes. */
function collectGarbage(): string[] {
  return [
    temp(
      'lost_documents',
      `select d.id, d.claim_id from content.documents d
       where not exists (select from content.files f where f.document_id = d.id)`,
    ),
    temp(
      'doubted_claims',
      `select claim_id as id from lost_documents
       union select r.claim_id from content.related r join lost_documents l on l.id = r.document_id`,
    ),
    'delete from content.documents d using lost_documents l where l.id = d.id',
    'delete from content.related r using lost_documents l where l.id = r.document_id',
    `delete from content.claims c using doubted_claims x where x.id = c.id
     and not exists (select from content.documents d where d.claim_id = c.id)
     and not exists (select from content.related r where r.claim_id = c.id)`,
  ];
}

const PROJECTED = ['articles', 'article_addresses', 'article_topics', 'article_images', 'article_related', 'images'];

/** After a large change the planner must know at once, not when autovacuum comes round, if it ever does. */
function gatherStatistics(run: string, schema: string, tables: readonly string[]): string {
  const all = tables.map((table) => `${schema}.${table}`).join(', ');
  return `do $large$ begin
    if (select count(*) from content.staged_files where run = '${run}') > 500 then analyze ${all}; end if;
  end $large$`;
}

/** A table for the rest of the script, with the statistics that its joins need. */
function temp(name: string, select: string): string {
  return `create temp table ${name} on commit drop as ${select};\nanalyze ${name}`;
}
