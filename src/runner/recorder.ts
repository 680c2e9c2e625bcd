import { createHash, randomUUID } from 'node:crypto';
import { type Change, MooringError, VERSION } from '../api/api.ts';
import {
  applyDelta,
  type Catalog,
  type CatalogObject,
  compareCatalogs,
  decodeDelta,
  decodeObject,
  deltaBetween,
  encodeDelta,
  encodeObject,
  type Fingerprints,
  fingerprintOf,
  fingerprintOfAll,
  fingerprintsOf,
} from '../catalog/catalog.ts';
import type { CatalogRead, HistoryEntry, Session, SnapshotRow } from '../engines/engines.ts';
import type { RunRequest } from './request.ts';

/** What one migration did to the catalog. */
export interface Effect {
  /** Keys whose object this run changed, made or dropped. */
  readonly touched: readonly string[];
  /** Touched objects that were in drift before. */
  readonly absorbed: readonly string[];
  readonly changes: readonly Change[];
  readonly before: Catalog;
  readonly after: Catalog;
}

/** Whose doing is ours besides the open transaction's. */
export interface Authorship {
  /** Numbers of transactions. */
  readonly own: readonly string[];
  /** Keys of objects that statements outside a transaction were about; what belongs to them counts. */
  readonly named: readonly string[];
}

/**
 * Keeps the snapshot while a run goes on: new snapshot = old snapshot + what this run changed. What others change
 * meanwhile, and what was in drift before and is not touched, stays out of it.
 */
export class Recorder {
  readonly #request: RunRequest;
  readonly #session: Session;
  #answered: Fingerprints;
  #read: CatalogRead;
  #parent: string | undefined;

  private constructor(
    request: RunRequest,
    session: Session,
    answered: Fingerprints,
    read: CatalogRead,
    parent: string | undefined,
  ) {
    this.#request = request;
    this.#session = session;
    this.#answered = answered;
    this.#read = read;
    this.#parent = parent;
  }

  /**
   * Reads the catalog and the newest snapshot. A database without one is taken as it stands; applied migrations that no
   * snapshot covers yet (a run that was killed, or one of many migrations) are covered first.
   */
  static async open(
    request: RunRequest,
    session: Session,
    entries: readonly HistoryEntry[],
  ): Promise<Recorder> {
    const rows = await session.store.snapshots();
    const [newest] = rows;
    const last = entries.findLast((entry) => entry.state === 'done' && entry.action !== 'take-over');
    if (newest === undefined) {
      const read = await session.readCatalog(request.definition.spec.scope);
      const recorder = new Recorder(request, session, new Map(), read, undefined);
      await recorder.#store(fingerprintsOf(read.catalog), last?.key);
      return recorder;
    }
    const answered = await loadAnswered(session, rows, newest);
    const covered = entries.find((entry) => entry.key === newest.history)?.seq ?? 0;
    const uncovered = entries.filter(
      (entry) => entry.state === 'done' && entry.seq > covered && entry.seq > seqOf(newest, entries),
    );
    const read = await session.readCatalog(request.definition.spec.scope);
    const recorder = new Recorder(request, session, answered, read, newest.key);
    if (uncovered.length > 0) await recorder.cover(uncovered);
    return recorder;
  }

  get answered(): Fingerprints {
    return this.#answered;
  }

  get catalog(): Catalog {
    return this.#read.catalog;
  }

  get fingerprint(): string {
    return fingerprintOfAll(this.#answered);
  }

  /**
   * Reads what has been done since the last look: by the open transaction and, where more is ours, by what `authorship`
   * names; `everything` takes all of it for ours. Changes nothing here or in the store.
   */
  async look(
    authorship: Authorship | 'everything' | undefined = { own: [], named: [] },
  ): Promise<{ readonly read: CatalogRead; readonly effect: Effect }> {
    const all = authorship === undefined || authorship === 'everything';
    const read = await this.#session.readCatalog(
      this.#request.definition.spec.scope,
      all
        ? {}
        : {
            origin: true,
            own: authorship.own,
            ...(authorship.own.length + authorship.named.length === 0 ? { previous: this.#read } : {}),
          },
    );
    return { read, effect: this.#effectOf(read, all ? [] : authorship.named) };
  }

  /** Stores the snapshot after a history entry: in the transaction of the migration, if one is open. */
  async record(read: CatalogRead, effect: Effect, history: string): Promise<void> {
    const next = new Map(this.#answered);
    for (const key of effect.touched) {
      const object = read.catalog.objects.get(key);
      if (object === undefined) next.delete(key);
      else next.set(key, fingerprintOf(object));
    }
    await this.#store(next, history, read.catalog);
    this.#read = read;
  }

  /** Forgets what was recorded in a transaction that was rolled back. */
  mark(): () => void {
    const [answered, read, parent] = [this.#answered, this.#read, this.#parent];
    return () => {
      this.#answered = answered;
      this.#read = read;
      this.#parent = parent;
    };
  }

  /** Covers history entries after the fact: what their transactions wrote, or what is gone since, is theirs. */
  async cover(entries: readonly Pick<HistoryEntry, 'key' | 'transaction'>[]): Promise<void> {
    const own = entries.flatMap((entry) => (entry.transaction === undefined ? [] : [entry.transaction]));
    const known = own.length === entries.length;
    const read = await this.#session.readCatalog(
      this.#request.definition.spec.scope,
      known ? { origin: true, own } : {},
    );
    const now = fingerprintsOf(read.catalog);
    const next = new Map(this.#answered);
    for (const key of new Set([...now.keys(), ...next.keys()])) {
      if (now.get(key) === next.get(key) || read.written?.get(key) === 'foreign') continue;
      const fingerprint = now.get(key);
      if (fingerprint === undefined) next.delete(key);
      else next.set(key, fingerprint);
    }
    this.#read = read;
    await this.#store(next, entries.at(-1)?.key, read.catalog);
  }

  /** The live catalog as it was read becomes what we answer for. */
  async acceptAll(history: string): Promise<void> {
    await this.#store(fingerprintsOf(this.#read.catalog), history);
  }

  #effectOf(read: CatalogRead, named: readonly string[]): Effect {
    const before = this.#read.catalog;
    const after = read.catalog;
    const touched: string[] = [];
    const absorbed: string[] = [];
    for (const key of new Set([...before.objects.keys(), ...after.objects.keys()])) {
      const [was, is] = [before.objects.get(key), after.objects.get(key)];
      if (was === is || (was !== undefined && is !== undefined && fingerprintOf(was) === fingerprintOf(is)))
        continue;
      if (read.written?.get(key) === 'foreign' && !isNamed(key, is ?? was, named)) continue;
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

  async #store(
    next: Fingerprints,
    history: string | undefined,
    catalog: Catalog = this.#read.catalog,
  ): Promise<void> {
    const { store } = this.#session;
    const { set, remove } = deltaBetween(this.#answered, next);
    const delta = encodeDelta({ set, remove });
    const deltaKey = createHash('sha256').update(delta).digest('hex');
    const wanted = new Map<string, CatalogObject>();
    for (const [key, fingerprint] of Object.entries(set)) {
      const object = catalog.objects.get(key);
      if (object !== undefined && fingerprintOf(object) === fingerprint) wanted.set(fingerprint, object);
    }
    const missing = new Set(wanted.size === 0 ? [] : await store.missingBlobs([...wanted.keys()]));
    const blobs = new Map<string, Uint8Array>([[deltaKey, delta]]);
    for (const [fingerprint, object] of wanted)
      if (missing.has(fingerprint)) blobs.set(fingerprint, encodeObject(object));
    await store.putBlobs(blobs);
    const key = randomUUID();
    await store.addSnapshot({
      key,
      owner: this.#request.owner,
      runner: VERSION,
      ...(this.#parent === undefined ? {} : { parent: this.#parent }),
      ...(history === undefined ? {} : { history }),
      model: catalog.model,
      fingerprint: fingerprintOfAll(next),
      delta: deltaKey,
      detail: {
        scope: { ...catalog.scope, ignore: [...catalog.scope.ignore] },
        server: { ...catalog.server },
        engine: catalog.engine,
      },
    });
    this.#answered = next;
    this.#parent = key;
  }
}

/** The map of a stored snapshot, by its chain of deltas. */
export async function loadAnswered(
  session: Session,
  rows: readonly SnapshotRow[],
  row: SnapshotRow,
): Promise<Fingerprints> {
  const byKey = new Map(rows.map((each) => [each.key, each]));
  const chain: SnapshotRow[] = [];
  for (
    let at: SnapshotRow | undefined = row;
    at !== undefined;
    at = at.parent === undefined ? undefined : byKey.get(at.parent)
  )
    chain.unshift(at);
  const blobs = await session.store.getBlobs(chain.map((each) => each.delta));
  let answered: Fingerprints = new Map();
  for (const each of chain) {
    const bytes = blobs.get(each.delta);
    if (bytes === undefined) {
      throw new MooringError(
        'history-invalid',
        `snapshot ${each.key} of ${each.at}: its delta ${each.delta} is not in mooring.object`,
        {
          hint: 'Restore our tables from a backup, or take the live catalog as the new baseline: mooring accept --url …',
        },
      );
    }
    answered = applyDelta(answered, decodeDelta(bytes));
  }
  return answered;
}

/** Stored objects by their fingerprints. */
export async function loadObjects(
  session: Session,
  fingerprints: readonly string[],
): Promise<ReadonlyMap<string, CatalogObject>> {
  const blobs = await session.store.getBlobs(fingerprints);
  return new Map([...blobs].map(([fingerprint, bytes]) => [fingerprint, decodeObject(bytes)]));
}

function isNamed(key: string, object: CatalogObject | undefined, named: readonly string[]): boolean {
  return named.includes(key) || (object?.parent !== undefined && named.includes(object.parent));
}

function only(catalog: Catalog, keys: readonly string[]): Catalog {
  const objects = new Map<string, CatalogObject>();
  for (const key of keys) {
    const object = catalog.objects.get(key);
    if (object !== undefined) objects.set(key, object);
  }
  return { ...catalog, objects };
}

/** Where in the history a snapshot that names no entry stands: before everything that came after it was taken. */
function seqOf(row: SnapshotRow, entries: readonly HistoryEntry[]): number {
  if (row.history !== undefined) return 0;
  return entries.findLast((entry) => entry.at <= row.at)?.seq ?? 0;
}
