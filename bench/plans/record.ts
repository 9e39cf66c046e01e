import type { Database, QueryOptions } from '../../src/db/database.ts';

/** A statement as the product sent it. */
export interface SentStatement extends Pick<QueryOptions, 'queryClass' | 'prepare'> {
  readonly text: string;
  readonly parameters: readonly unknown[];
}

export interface Recorded {
  readonly database: Database;
  /** Every statement that reads, since the list was last emptied. */
  readonly sent: SentStatement[];
}

/** A database that keeps what it is asked. */
export function record(opened: Database): Recorded {
  const sent: SentStatement[] = [];
  const keep = (text: string, parameters: readonly unknown[], { queryClass, prepare }: QueryOptions) =>
    sent.push({ text, parameters, queryClass, prepare });
  const database: Database = {
    ...opened,
    query(text, parameters, how) {
      keep(text, parameters, how);
      return opened.query(text, parameters, how);
    },
    raw(text, parameters, how) {
      keep(text, parameters, how);
      return opened.raw(text, parameters, how);
    },
  };
  return { database, sent };
}
