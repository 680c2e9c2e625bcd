import { createHash, randomUUID } from 'node:crypto';
import { type Change, VERSION } from '../api/api.ts';
import {
  type Catalog,
  type CatalogObject,
  carriedOver,
  changesBetween,
  compareCatalogs,
  deltaOf,
  encodeDelta,
  encodeObject,
  type Fingerprints,
  fingerprintOf,
  fingerprintOfAll,
  fingerprintsOf,
  overlay,
} from '../catalog/catalog.ts';
import type { CatalogRead, HistoryEntry, ReadOptions, Session } from '../engines/engines.ts';
import { coversTheSame, loadAnswered, recordedCatalog } from './recorded.ts';
import type { RunRequest } from './request.ts';

/** So many objects are stored without asking which of them are there. */
const FEW = 100;

/** What was done to the catalog since the last look. */
export interface Effect {
  /** Keys whose object this run changed, made or dropped. */
  readonly touched: readonly string[];
  /** Touched objects that were in drift before. */
  readonly absorbed: readonly string[];
  readonly changes: readonly Change[];
  readonly before: Catalog;
  readonly after: Catalog;
}

export interface Look {
  readonly read: CatalogRead;
  readonly effect: Effect;
}

/**
 * Keeps the snapshot while a run goes on: new snapshot = old snapshot + what this run changed. What others change
 * meanwhile, and what was in drift before and is not touched, stays out of it.
 */
export class Recorder {
  readonly #request: RunRequest;
  readonly #session: Session;
  #answered: Fingerprints;
  /** Of what we answer for, once it was asked for. */
  #fingerprint: string | undefined;
  /** The newest snapshot was stored without it. */
  #unsealed = false;
  #read: CatalogRead;
  #parent: string | undefined;
  /** Key of the history entry as of which the newest snapshot is. */
  #covered: string | undefined;
  /** Transactions of this run that were recorded. */
  #ours: readonly string[] = [];

  private constructor(
    request: RunRequest,
    session: Session,
    answered: Fingerprints,
    read: CatalogRead,
    parent?: string,
  ) {
    this.#request = request;
    this.#session = session;
    this.#answered = answered;
    this.#read = read;
    this.#parent = parent;
  }

  /**
   * Reads the catalog and the newest snapshot. A database without one is taken as it stands; applied migrations that no
   * snapshot covers yet (a run that was killed, or one of many migrations) are covered first. A snapshot of another
   * scope, model or server is carried over to what is read now: what is in drift stays in drift. `just`: a read of just
   * now.
   */
  static async open(
    request: RunRequest,
    session: Session,
    entries: readonly HistoryEntry[],
    just?: CatalogRead,
  ): Promise<Recorder> {
    const rows = await session.store.snapshots();
    const [newest] = rows;
    const read = just ?? (await session.readCatalog(request.definition.spec.scope));
    if (newest === undefined) {
      const recorder = new Recorder(request, session, new Map(), read);
      await recorder.#store(
        changesBetween(new Map(), fingerprintsOf(read.catalog)),
        entries.findLast(changesCatalog)?.key,
      );
      return recorder;
    }
    const answered = await loadAnswered(session, rows, newest);
    const recorder = new Recorder(request, session, answered, read, newest.key);
    recorder.#covered = newest.history;
    if (!coversTheSame(newest, read.catalog)) {
      const recorded = await recordedCatalog(session, newest, answered, read.catalog);
      const carried = carriedOver(recorded, read.catalog);
      await recorder.#store(changesBetween(answered, fingerprintsOf(carried)), newest.history, carried);
    }
    const covered = entries.find((entry) => entry.key === newest.history)?.seq ?? 0;
    const uncovered = entries.filter((entry) => changesCatalog(entry) && entry.seq > covered);
    if (uncovered.length > 0) await recorder.cover(uncovered);
    return recorder;
  }

  get answered(): Fingerprints {
    return this.#answered;
  }

  get catalog(): Catalog {
    return this.#read.catalog;
  }

  /** The catalog as it was read last, with the server's numbers. */
  get lastRead(): CatalogRead {
    return this.#read;
  }

  /** Over all objects: it takes its time in a large database. */
  get fingerprint(): string {
    this.#fingerprint ??= fingerprintOfAll(this.#answered);
    return this.#fingerprint;
  }

  /** Stores the newest snapshot's fingerprint, which is not made while a migration holds its locks. Returns it. */
  async seal(): Promise<string> {
    if (this.#unsealed && this.#parent !== undefined)
      await this.#session.store.sealSnapshot(this.#parent, this.fingerprint);
    this.#unsealed = false;
    return this.fingerprint;
  }

  /** Reads what the open transaction has done since the last look. Changes nothing here or in the store. */
  async look(): Promise<Look> {
    const read = await this.#session.readCatalog(this.#request.definition.spec.scope, {
      origin: true,
      ours: this.#ours.map((id) => ({ from: id, to: id })),
      previous: this.#read,
    });
    return { read, effect: this.#effectOf(read) };
  }

  /** What a look saw is from now on the state before; for statements that commit one by one. */
  seen({ read }: Look): void {
    this.#read = read;
    if (read.transaction !== undefined) this.#ours = [...this.#ours, read.transaction];
  }

  /** Stores the snapshot after a history entry: in the transaction of the migration, if one is open. */
  async record(look: Look, history: string): Promise<void> {
    await this.#answerFor(look.effect.touched, look.read.catalog, history);
    this.seen(look);
  }

  /**
   * The same after the fact, for statements that committed one by one: the objects that they touched, by name, with all
   * that belongs to these; `everything`: all that differs from what we answer for. Returns the effect.
   */
  async recordNamed(names: readonly string[] | 'everything', history: string): Promise<Effect> {
    const read = await this.#session.readCatalog(this.#request.definition.spec.scope);
    const catalog = read.catalog;
    const rows = await this.#session.store.snapshots();
    const newest = rows.find((row) => row.key === this.#parent);
    const before =
      newest === undefined
        ? this.#read.catalog
        : await recordedCatalog(this.#session, newest, this.#answered, catalog);
    const named = new Set(names === 'everything' ? [] : names);
    // Where rows do not tell who wrote them: a table that is renamed is renamed in what refers to it, too.
    const reaches = !this.#session.engine.capabilities.rowOrigin;
    const belongs = (from: Catalog, key: string): boolean => {
      const parent = from.objects.get(key)?.parent;
      return named.has(key) || (parent !== undefined && named.has(parent));
    };
    const isNamed = (from: Catalog, key: string): boolean =>
      belongs(from, key) ||
      (reaches && from.objects.get(key)?.dependsOn.some((each) => belongs(from, each)) === true);
    const now = fingerprintsOf(catalog);
    const touched = [...new Set([...now.keys(), ...this.#answered.keys()])]
      .filter(
        (key) =>
          now.get(key) !== this.#answered.get(key) &&
          (names === 'everything' || isNamed(before, key) || isNamed(catalog, key)),
      )
      .sort();
    await this.#answerFor(touched, catalog, history);
    this.#read = read;
    return {
      touched,
      absorbed: [],
      changes: compareCatalogs(only(before, touched), only(catalog, touched)),
      before,
      after: catalog,
    };
  }

  /** Forgets what was recorded in a transaction that was rolled back. */
  mark(): () => void {
    const [answered, read, parent, ours] = [this.#answered, this.#read, this.#parent, this.#ours];
    const [unsealed, covered] = [this.#unsealed, this.#covered];
    return () => {
      this.#answered = answered;
      this.#fingerprint = undefined;
      this.#unsealed = unsealed;
      this.#covered = covered;
      this.#read = read;
      this.#parent = parent;
      this.#ours = ours;
    };
  }

  /**
   * Covers history entries of an earlier run: what was written from the first of their transactions to the last is
   * theirs, and so is what is gone.
   */
  async cover(entries: readonly Pick<HistoryEntry, 'key' | 'transaction' | 'detail'>[]): Promise<void> {
    if (!this.#session.engine.capabilities.rowOrigin) return this.#coverNamed(entries);
    const ids = entries
      .flatMap((entry) => (entry.transaction === undefined ? [] : [BigInt(entry.transaction)]))
      .sort((a, b) => (a < b ? -1 : 1));
    const [from] = ids;
    const to = ids.at(-1);
    const last = entries.at(-1);
    const options =
      from === undefined || to === undefined
        ? {}
        : { origin: true, ours: [{ from: String(from), to: String(to) }] };
    if (last !== undefined) await this.#cover(options, last.key);
  }

  /** Covers all that was written since the last look, as of the history entry with this key, if it is not covered yet. */
  async coverSince(history: string): Promise<void> {
    if (history === this.#covered) return;
    if (!this.#session.engine.capabilities.rowOrigin) {
      const entries = await this.#session.store.history();
      const from = entries.find((entry) => entry.key === this.#covered)?.seq ?? 0;
      return this.#coverNamed(entries.filter((entry) => changesCatalog(entry) && entry.seq > from));
    }
    await this.#cover({ origin: true, allSince: this.#read }, history);
  }

  /** Where rows do not tell who wrote them: what the entries name. */
  async #coverNamed(entries: readonly Pick<HistoryEntry, 'key' | 'detail'>[]): Promise<void> {
    const last = entries.at(-1);
    if (last === undefined) return;
    const lists = entries.map(({ detail }) => detail.objects as readonly string[] | undefined);
    const known = lists.flatMap((list) => list ?? []);
    await this.recordNamed(lists.includes(undefined) ? 'everything' : known, last.key);
  }

  async #cover(options: ReadOptions, history: string): Promise<void> {
    const read = await this.#session.readCatalog(this.#request.definition.spec.scope, options);
    const now = fingerprintsOf(read.catalog);
    const touched = [...new Set([...now.keys(), ...this.#answered.keys()])].filter(
      (key) =>
        now.get(key) !== this.#answered.get(key) &&
        (read.written === undefined || !now.has(key) || read.written.get(key) === 'own'),
    );
    await this.#answerFor(touched, read.catalog, history);
    this.#read = read;
  }

  /** The live catalog as it was read becomes what we answer for. */
  async acceptAll(history: string): Promise<void> {
    await this.#store(changesBetween(this.#answered, fingerprintsOf(this.#read.catalog)), history);
  }

  #effectOf(read: CatalogRead): Effect {
    const before = this.#read.catalog;
    const after = read.catalog;
    const touched: string[] = [];
    const absorbed: string[] = [];
    const candidates = read.changes?.keys() ?? new Set([...before.objects.keys(), ...after.objects.keys()]);
    for (const key of candidates) {
      const [was, is] = [before.objects.get(key), after.objects.get(key)];
      if (was === is || (was !== undefined && is !== undefined && fingerprintOf(was) === fingerprintOf(is)))
        continue;
      if (read.written?.get(key) === 'foreign') continue;
      touched.push(key);
      if (this.#answered.get(key) !== (was === undefined ? undefined : fingerprintOf(was)))
        absorbed.push(key);
    }
    touched.sort();
    absorbed.sort();
    return {
      touched,
      absorbed,
      changes: compareCatalogs(only(before, touched), only(after, touched)),
      before,
      after,
    };
  }

  async #answerFor(touched: readonly string[], catalog: Catalog, history: string): Promise<void> {
    const changes = new Map<string, string | undefined>();
    for (const key of touched) {
      const object = catalog.objects.get(key);
      const fingerprint = object === undefined ? undefined : fingerprintOf(object);
      if (fingerprint !== this.#answered.get(key)) changes.set(key, fingerprint);
    }
    await this.#store(changes, history, catalog);
  }

  /** `changes`: fingerprints by key, undefined for what is gone. It costs what they cost, for locks may be held. */
  async #store(
    changes: ReadonlyMap<string, string | undefined>,
    history: string | undefined,
    catalog: Catalog = this.#read.catalog,
  ): Promise<void> {
    const { store } = this.#session;
    const delta = deltaOf(changes);
    const next = overlay(this.#answered, changes);
    const bytes = encodeDelta(delta);
    const deltaKey = createHash('sha256').update(bytes).digest('hex');
    const wanted = new Map<string, CatalogObject>();
    for (const [key, fingerprint] of Object.entries(delta.set)) {
      const object = catalog.objects.get(key);
      if (object !== undefined && fingerprintOf(object) === fingerprint) wanted.set(fingerprint, object);
    }
    // A few are sent as they are: what is there already stays.
    const missing = wanted.size <= FEW ? wanted : new Set(await store.missingBlobs([...wanted.keys()]));
    const blobs = new Map<string, Uint8Array>([[deltaKey, bytes]]);
    for (const [fingerprint, object] of wanted)
      if (missing.has(fingerprint)) blobs.set(fingerprint, encodeObject(object));
    const key = randomUUID();
    const row = {
      key,
      owner: this.#request.owner,
      runner: VERSION,
      ...(this.#parent === undefined ? {} : { parent: this.#parent }),
      ...(history === undefined ? {} : { history }),
      model: catalog.model,
      fingerprint: '',
      delta: deltaKey,
      detail: {
        scope: {
          schemas: catalog.scope.schemas,
          ignore: catalog.scope.ignore,
          include: catalog.scope.include,
        },
        server: { version: catalog.server.version, major: catalog.server.major },
        engine: catalog.engine,
      },
    };
    await store.addSnapshot(row, blobs);
    this.#answered = next;
    this.#fingerprint = undefined;
    this.#unsealed = true;
    this.#parent = key;
    this.#covered = history;
  }
}

function changesCatalog(entry: HistoryEntry): boolean {
  return entry.state === 'done' && entry.action !== 'take-over';
}

function only(catalog: Catalog, keys: readonly string[]): Catalog {
  const objects = new Map<string, CatalogObject>();
  for (const key of keys) {
    const object = catalog.objects.get(key);
    if (object !== undefined) objects.set(key, object);
  }
  return { ...catalog, objects };
}
