import type { Database, News } from '../db/database.ts';
import type { PerspectiveName } from '../db/perspective.ts';
import { Catalog } from './catalog.ts';
import { readCatalog, readVersion } from './queries.ts';

interface Held {
  readonly catalog: Promise<Catalog>;
  /** How many changes were known when its reading began: with more since, it may be out of date. */
  readonly changes: number;
  /** Once it is read. */
  version?: number;
}

/** The catalog of each perspective: read again, whole, after every change of the content. */
export class Catalogs {
  readonly #database: Database;
  readonly #held = new Map<PerspectiveName, Held>();
  #changes = 0;

  constructor(database: Database) {
    this.#database = database;
    database.onChange((change) => this.#onChange(change));
  }

  /** The catalog as of now: read again only if the content has changed, or could have unnoticed. */
  async current(name: PerspectiveName): Promise<Catalog> {
    const held = this.#held.get(name);
    if (held?.changes === this.#changes) {
      const catalog = await held.catalog;
      if (this.#database.isListening()) return catalog;
      if ((await readVersion(this.#database, name)) === catalog.version) return catalog;
    }
    return this.#read(name, held);
  }

  /** Of the current catalog, if it has been read and the database notifies of changes. */
  knownVersion(name: PerspectiveName): number | undefined {
    const held = this.#held.get(name);
    return held?.changes === this.#changes && this.#database.isListening() ? held.version : undefined;
  }

  /** Makes the next operation read it again. */
  expire(): void {
    this.#changes += 1;
  }

  /**
   * A commit may be notified of twice, by this process and by NOTIFY: the second expires nothing.
   */
  #onChange(change: News | undefined): void {
    const known = change && this.#held.get(change.perspective);
    if (known?.changes === this.#changes && known.version === change?.version) return;
    this.expire();
  }

  /** One read for all who ask at the same time. */
  #read(name: PerspectiveName, outdated: Held | undefined): Promise<Catalog> {
    const held = this.#held.get(name);
    if (held && held !== outdated && held.changes === this.#changes) return held.catalog;
    const catalog = readCatalog(this.#database, name).then((rows) => new Catalog(rows));
    const fresh: Held = { catalog, changes: this.#changes };
    this.#held.set(name, fresh);
    catalog.then(
      ({ version }) => {
        fresh.version = version;
      },
      () => {
        if (this.#held.get(name) === fresh) this.#held.delete(name);
      },
    );
    return catalog;
  }
}
