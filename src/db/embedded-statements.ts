import { setImmediate as nextTurn } from 'node:timers/promises';
import { messages, type PGlite, protocol, types } from '@electric-sql/pglite';
import { LRUCache } from 'lru-cache';
import type { PlanOptions } from './database.ts';
import type { QueryClass } from './query-class.ts';
import { INDEXED_SETTINGS } from './query-class.ts';

/** A statement that the engine has parsed and planned. */
interface Prepared {
  readonly name: string;
  /** As OIDs. */
  readonly parameterTypes: readonly number[];
  readonly columns: ReadonlyArray<{ readonly name: string; readonly type: number }>;
}

/** The columns of a row, as the engine writes them. */
export type TextRow = ReadonlyArray<string | null>;

const { serialize } = protocol;

/** Of more, the one that was used longest ago is closed. */
const MAX_PREPARED = 500;

/**
 * Runs statements on PGlite by PostgreSQL's extended query protocol, and keeps those that come again prepared: the driver would
 * parse and plan them each time, which takes twice as long as to run them.
 */
export class EmbeddedStatements {
  readonly #client: PGlite;
  readonly #prepared = new LRUCache<string, Prepared>({
    max: MAX_PREPARED,
    dispose: ({ name }) => void this.#closed.push(name),
  });
  /** Statements to be closed before the next one is parsed. */
  readonly #closed: string[] = [];
  #parsed = 0;
  #queryClass: QueryClass = 'scan';

  constructor(client: PGlite) {
    this.#client = client;
  }

  async rows(text: string, parameters: readonly unknown[], how: PlanOptions): Promise<object[]> {
    const { columns, rows } = await this.#run(text, parameters, how);
    return rows.map((fields) => this.#toRow(columns, fields));
  }

  async texts(text: string, parameters: readonly unknown[], how: PlanOptions): Promise<TextRow[]> {
    const { rows } = await this.#run(text, parameters, how);
    return rows;
  }

  #run(text: string, parameters: readonly unknown[], { queryClass, prepare }: PlanOptions) {
    return this.#client.runExclusive(async () => {
      // A statement keeps the process from everything else: between two of them it hears of what has come meanwhile.
      await nextTurn();
      await this.#planFor(queryClass);
      const { name, columns, parameterTypes } = this.#prepared.get(text) ?? (await this.#parse(text, prepare));
      const values = parameters.map((value, index) => this.#toText(value, parameterTypes[index]));
      const answer = await this.#send(serialize.bind({ statement: name, values }), serialize.execute({}));
      const rows = answer.filter((message) => message instanceof messages.DataRowMessage).map(({ fields }) => fields);
      return { columns, rows };
    });
  }

  async #planFor(queryClass: QueryClass): Promise<void> {
    if (queryClass === this.#queryClass) return;
    const settings = Object.entries(INDEXED_SETTINGS).map(([name, value]) =>
      queryClass === 'indexed' ? `set ${name} = ${value}` : `reset ${name}`,
    );
    await this.#send(serialize.query(settings.join('; ')));
    this.#queryClass = queryClass;
  }

  async #parse(text: string, prepare: boolean): Promise<Prepared> {
    const name = prepare ? `s${this.#parsed++}` : '';
    const closing = this.#closed.splice(0).map((closed) => serialize.close({ type: 'S', name: closed }));
    const answer = await this.#send(
      ...closing,
      serialize.parse({ name, text }),
      serialize.describe({ type: 'S', name }),
    );
    const parameters = answer.find((message) => message instanceof messages.ParameterDescriptionMessage);
    const row = answer.find((message) => message instanceof messages.RowDescriptionMessage);
    const columns = row?.fields.map((field) => ({ name: field.name, type: field.dataTypeID })) ?? [];
    const statement = { name, parameterTypes: parameters?.dataTypeIDs ?? [], columns };
    if (name !== '') this.#prepared.set(text, statement);
    return statement;
  }

  async #send(...parts: readonly Uint8Array[]) {
    // With the sync in the same message, the engine is ready again even after an error.
    const answer = await this.#client.execProtocol(Buffer.concat([...parts, serialize.sync()]), { syncToFs: false });
    return answer.messages;
  }

  #toText(value: unknown, type = 0): string | null {
    if (value === null || value === undefined) return null;
    return this.#client.serializers[type]?.(value) ?? String(value);
  }

  #toRow(columns: Prepared['columns'], fields: TextRow): object {
    const row: Record<string, unknown> = {};
    for (const [index, { name, type }] of columns.entries()) {
      row[name] = types.parseType(fields[index] ?? null, type, this.#client.parsers);
    }
    return row;
  }
}
