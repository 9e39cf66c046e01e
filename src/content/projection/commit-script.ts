import { gatherClaims, project } from './project.ts';
import { gatherSearchedWords } from './searched-words.ts';
import { temp } from './temp-table.ts';

/**
 * The commit of a sync, as one script: files move to their new documents, then every article that a
 * changed document mentions is projected anew into both perspectives (see project.ts). Scripts run
 * as one transaction (see `Database.script`).
 */
export function commitScript(run: string): string {
  return [
    tune(),
    fence(run),
    bringIndexBack(),
    moveFiles(run),
    gatherStatistics(run, 'content', CONTENT),
    findAffectedArticles(),
    gatherClaims(),
    gatherSearchedWords(),
    project('published', 'said.published'),
    project('preview', 'true'),
    raiseVersions(),
    collectGarbage(run),
    gatherStatistics(run, 'published', PROJECTED),
    gatherStatistics(run, 'preview', PROJECTED),
    'delete from content.staged_files',
  ]
    .flat()
    .join(';\n');
}

/**
 * For this transaction: compiling its statements would take longer than running them, sorts fit
 * into memory, and statistics of a sample a third as large plan the same.
 */
function tune(): string {
  return `select set_config('jit', 'off', true), set_config('work_mem', '64MB', true),
    set_config('maintenance_work_mem', '256MB', true), set_config('default_statistics_target', '30', true)`;
}

/**
 * Only the run that began last may commit: another that was thought dead finds that it has lost its
 * turn.
 */
function fence(run: string): string {
  return `do $fence$ begin
    perform from content.current_run where run = '${run}' for update;
    if not found then raise exception 'another sync has begun since; this one changes nothing' using errcode = '40001'; end if;
  end $fence$`;
}

/**
 * The index that `setIndexAside` may have set aside. Asked for with `if not exists` it would lock
 * the table even where it is there, and wait for a run that sleeps.
 */
function bringIndexBack(): string {
  return `do $index$ begin
    if to_regclass('content.documents_by_related') is null then
      create index documents_by_related on content.documents using gin (related_ids) with (fastupdate = off);
    end if;
  end $index$`;
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
       select unnest(d.related_ids) from content.documents d join changed_documents using (id)`,
    ),
  ];
}

/** Notifies every server which perspectives have changed, when the script commits. */
function raiseVersions(): string[] {
  return [
    `update content.versions set version = version + 1 where perspective in (select perspective from changes)`,
    `select pg_notify('newsgraph', perspective || ':' || version) from content.versions
     where perspective in (select perspective from changes)`,
  ];
}

/**
 * Documents that no file holds any more, or that runs which died have left, and claims that no
 * document makes.
 */
function collectGarbage(run: string): string[] {
  return [
    temp(
      'lost_documents',
      `select d.id, d.article_id, d.claim_id, d.related_ids, d.related_claim_ids
       from (select id from changed_documents union select document_id from content.staged_files where run <> '${run}') doubted
       join content.documents d using (id)
       where not exists (select from content.files f where f.document_id = d.id)`,
    ),
    temp(
      'doubted_claims',
      `select claim_id as id, article_id from lost_documents
       union select r.claim_id, r.article_id from lost_documents l cross join unnest(l.related_claim_ids, l.related_ids) r (claim_id, article_id)`,
    ),
    'delete from content.documents d using lost_documents l where l.id = d.id',
    `delete from content.claims c using doubted_claims x where x.id = c.id
     and not exists (select from content.documents d where d.article_id = x.article_id and d.claim_id = x.id)
     and not exists (
       select from content.documents d where d.related_ids @> array[x.article_id] and x.id = any (d.related_claim_ids))`,
  ];
}

/**
 * Only the columns that joins and conditions name: the others are large, and nothing is planned by
 * them.
 */
const CONTENT = [
  'documents (id, article_id, claim_id, published)',
  'claims (id, article_id, as_of, provider_id)',
  'files (path, document_id)',
];
const PROJECTED = [
  `articles (id, type, category, published_date_time, quality, heat, published, is_stub, provider_id, topic_ids, has_image,
    heat_rank, quality_rank, trending)`,
  'article_addresses',
  'article_topics',
  'article_images',
  'article_related',
  'images',
];

/**
 * After a large change the planner must know at once, not when autovacuum comes round, if it ever
 * does.
 */
function gatherStatistics(run: string, schema: string, tables: readonly string[]): string {
  const all = tables.map((table) => `${schema}.${table}`).join(', ');
  return `do $large$ begin
    if (select count(*) from content.staged_files where run = '${run}') > 500 then analyze ${all}; end if;
  end $large$`;
}
