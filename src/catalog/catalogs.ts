import type { Database, News } from '../db/database.ts';
import type { PerspectiveName } from '../db/perspective.ts';
import { Catalog } from './catalog.ts';
import { readCatalog, readVersion } from './queries.ts';

interface Held {
  readonly catalog: Promise<Catalog>;
  /** How many changes had been heard of when its reading began: more since, and it may be out of date. */
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
    database.onChange((news) => this.#hear(news));
  }

  /** The catalog as of now. Costs nothing unless the content has changed, or nobody would have told. */
  async current(name: PerspectiveName): Promise<Catalog> {
    const held = this.#held.get(name);
    if (held?.changes === this.#changes) {
      const catalog = await held.catalog;
      if (this.#database.isListening()) return catalog;
      if ((await readVersion(this.#database, name)) === catalog.version) return catalog;
    }
    return this.#read(name, held);
  }

  /** Of the current catalog, where it has been read, and whoever changes it tells. */
  knownVersion(name: PerspectiveName): number | undefined {
    const held = this.#held.get(name);
    return held?.changes === this.#changes && this.#database.isListening() ? held.version : undefined;
  }

  /** Makes the next operation look again. */
  expire(): void {
    this.#changes += 1;
  }

  /** A commit may be heard of twice, here and by NOTIFY: what is known already is no news. */
  #hear(news: News | undefined): void {
    const known = news && this.#held.get(news.perspective);
    if (known?.changes === this.#changes && known.version === news?.version) return;
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
