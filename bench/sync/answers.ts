import type { SyncReport } from '../../src/content/report.ts';
import type { BenchDatabase } from '../database.ts';
import { WrongAnswer } from '../wrong-answer.ts';
import type { Corpus } from './corpora.ts';

type Counts = Pick<SyncReport, 'added' | 'changed' | 'unchanged'>;

/** Checks what a sync said of the files, and that it rejected and removed none. */
export function checkReport(report: SyncReport, corpus: Corpus, expected: Partial<Counts>): void {
  const { added, changed, unchanged, removed, rejected } = report;
  const wanted = { added: 0, changed: 0, unchanged: 0, ...expected, removed: 0, rejected: 0 };
  const got = { added, changed, unchanged, removed, rejected: rejected.length };
  expectEqual(`the report on ${corpus.name}`, wanted, got);
}

/** Checks the rows of both perspectives against what is known of the corpus, and returns their counts. */
export async function checkRows({ sql }: BenchDatabase, { name, facts }: Corpus): Promise<Record<string, number>> {
  const [rows] = await sql<Record<string, number>[]>`select
    (select count(*)::int from preview.articles) as "preview.articles",
    (select count(*)::int from preview.article_related) as "preview.article_related",
    (select count(*)::int from published.articles) as "published.articles",
    (select count(*)::int from published.article_related) as "published.article_related",
    (select count(*)::int from preview.providers) as "preview.providers"`;
  const got = { ...rows };
  if (facts) {
    const expected = {
      'preview.articles': facts.articles,
      'preview.article_related': facts.relatedEdges,
      'published.articles': facts.articles,
      'published.article_related': facts.publishedEdges,
      'preview.providers': facts.providers,
    };
    expectEqual(`the rows of ${name}`, expected, got);
  }
  return got;
}

/** Checks that the one article which has this title has it in both perspectives. */
export async function checkTitle({ sql }: BenchDatabase, { name }: Corpus, title: string): Promise<void> {
  const [got] = await sql`select
    (select count(*)::int from preview.articles where title = ${title}) as preview,
    (select count(*)::int from published.articles where title = ${title}) as published`;
  expectEqual(`the articles of ${name} with the new title`, { preview: 1, published: 1 }, { ...got });
}

function expectEqual(what: string, expected: object, got: object): void {
  const [wanted, found] = [expected, got].map((counts) =>
    JSON.stringify(Object.fromEntries(Object.entries(counts).sort())),
  );
  if (wanted !== found) throw new WrongAnswer(`${what}: expected ${wanted}, got ${found}`);
}
