import { messages, type PGlite, protocol, types } from '@electric-sql/pglite';
import type { Haste, QueryOptions } from './database.ts';

/** A statement that the engine has parsed and planned. */
interface Prepared {
  readonly name: string;
  /** As OIDs. */
  readonly parameterTypes: readonly number[];
  readonly columns: ReadonlyArray<{ readonly name: string; readonly type: number }>;
}

const { serialize } = protocol;

/** More are not kept: as many texts as a server keeps (see statement.ts). */
const MAX_PREPARED = 500;

/**
 * Runs statements on PGlite by PostgreSQL's extended query protocol, and keeps those that come again prepared: the driver would
 * parse and plan them each time, which takes twice as long as to run them.
 */
export class EmbeddedStatements {
  readonly #client: PGlite;
  readonly #prepared = new Map<string, Prepared>();
  #haste: Haste = 'patient';

  constructor(client: PGlite) {
    this.#client = client;
  }

  rows<Row>(text: string, parameters: readonly unknown[], { haste, prepare }: QueryOptions): Promise<Row[]> {
    return this.#client.runExclusive(async () => {
      await this.#planFor(haste);
      const statement = this.#prepared.get(text) ?? (await this.#parse(text, prepare));
      const values = parameters.map((value, index) => this.#toText(value, statement.parameterTypes[index]));
      const answer = await this.#send(serialize.bind({ statement: statement.name, values }), serialize.execute({}));
      return answer
        .filter((message) => message instanceof messages.DataRowMessage)
        .map(({ fields }) => this.#toRow<Row>(statement, fields));
    });
  }

  /** Plans of statements that read along an index are the same whatever they are asked for. */
  async #planFor(haste: Haste): Promise<void> {
    if (haste === this.#haste) return;
    const mode = haste === 'quick' ? 'force_generic_plan' : 'auto';
    await this.#send(serialize.query(`set plan_cache_mode = ${mode}`));
    this.#haste = haste;
  }

  async #parse(text: string, prepare: boolean): Promise<Prepared> {
    const name = prepare && this.#prepared.size < MAX_PREPARED ? `s${this.#prepared.size}` : '';
    const answer = await this.#send(serialize.parse({ name, text }), serialize.describe({ type: 'S', name }));
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

  #toRow<Row>({ columns }: Prepared, fields: ReadonlyArray<string | null>): Row {
    const row: Record<string, unknown> = {};
    for (const [index, { name, type }] of columns.entries()) {
      row[name] = types.parseType(fields[index] ?? null, type, this.#client.parsers);
    }
    return row as Row;
  }
}
