import { canonicalJson, MooringError } from '../api/api.ts';
import { fingerprintsOf } from './fingerprint.ts';
import type { Catalog, CatalogObject, Json } from './model.ts';

/** What a snapshot holds: fingerprints by key. The objects lie beside it, by fingerprint. */
export type Fingerprints = ReadonlyMap<string, string>;

/** What leads from one snapshot to the next. */
export interface SnapshotDelta {
  /** New and changed objects: key and fingerprint. */
  readonly set: Readonly<Record<string, string>>;
  /** Keys of the objects that are gone. */
  readonly remove: readonly string[];
}

/** `base` with the delta applied. Removing what is not there is no fault: the baseline moves by more than one way. */
export function applyDelta(base: Fingerprints, delta: SnapshotDelta): Fingerprints {
  const next = new Map(base);
  for (const key of delta.remove) next.delete(key);
  for (const [key, fingerprint] of Object.entries(delta.set)) next.set(key, fingerprint);
  return next;
}

export function deltaBetween(before: Fingerprints, after: Fingerprints): SnapshotDelta {
  return deltaOf(changesBetween(before, after));
}

/** Fingerprints that differ, by key; undefined for what is gone. */
export function changesBetween(
  before: Fingerprints,
  after: Fingerprints,
): ReadonlyMap<string, string | undefined> {
  const changes = new Map<string, string | undefined>();
  for (const [key, fingerprint] of after) if (before.get(key) !== fingerprint) changes.set(key, fingerprint);
  for (const key of before.keys()) if (!after.has(key)) changes.set(key, undefined);
  return changes;
}

/** Keys sorted, so that equal deltas have equal bytes. */
export function deltaOf(changes: ReadonlyMap<string, string | undefined>): SnapshotDelta {
  const set: [string, string][] = [];
  const remove: string[] = [];
  for (const [key, fingerprint] of changes) {
    if (fingerprint === undefined) remove.push(key);
    else set.push([key, fingerprint]);
  }
  return { set: Object.fromEntries(set.sort(([a], [b]) => (a < b ? -1 : 1))), remove: remove.sort() };
}

/** The same between two catalogs; their objects are compared by fingerprint. */
export function catalogDelta(
  before: Pick<Catalog, 'objects'>,
  after: Pick<Catalog, 'objects'>,
): SnapshotDelta {
  return deltaBetween(fingerprintsOf(before), fingerprintsOf(after));
}

export function isEmptyDelta(delta: SnapshotDelta): boolean {
  return delta.remove.length === 0 && Object.keys(delta.set).length === 0;
}

/** Compressed (zlib) JSON. */
export function encodeDelta(delta: SnapshotDelta): Uint8Array {
  return zlib().deflateSync(canonicalJson(delta));
}

/** Throws `history-invalid`. */
export function decodeDelta(bytes: Uint8Array): SnapshotDelta {
  const value = decoded(bytes, 'a snapshot');
  const { set, remove } = value as Partial<SnapshotDelta>;
  const valid =
    typeof set === 'object' &&
    set !== null &&
    Object.values(set).every(isText) &&
    Array.isArray(remove) &&
    remove.every(isText);
  if (!valid) throw invalid('a snapshot', 'neither names nor fingerprints stand where they should');
  return { set: set as Record<string, string>, remove: remove as string[] };
}

/** JSON, compressed (zlib) only where that is worth the time; `decodeObject` sees which it is by the first byte. */
export function encodeObject(object: CatalogObject): Uint8Array {
  const { kind, identity, parent, properties, dependsOn } = object;
  const bytes = Buffer.from(canonicalJson({ kind, identity, parent, properties, dependsOn }));
  return bytes.length < 1024 ? bytes : zlib().deflateSync(bytes);
}

/** Throws `history-invalid`. */
export function decodeObject(bytes: Uint8Array): CatalogObject {
  const value = decoded(bytes, 'a recorded object');
  const { kind, identity, parent, properties, dependsOn } = value as Partial<CatalogObject>;
  const valid =
    isText(kind) &&
    isText(identity) &&
    (parent === undefined || isText(parent)) &&
    typeof properties === 'object' &&
    properties !== null &&
    Array.isArray(dependsOn) &&
    dependsOn.every(isText);
  if (!valid) throw invalid('a recorded object', 'kind, identity or properties are missing');
  return { kind, identity, ...(parent === undefined ? {} : { parent }), properties, dependsOn };
}

function decoded(bytes: Uint8Array, what: string): Json {
  try {
    const plain = bytes[0] === 0x7b ? Buffer.from(bytes) : zlib().inflateSync(bytes);
    const value = JSON.parse(plain.toString()) as Json;
    if (typeof value === 'object' && value !== null) return value;
  } catch (cause) {
    throw invalid(what, 'its bytes are damaged', cause);
  }
  throw invalid(what, 'it is no JSON object');
}

function invalid(what: string, why: string, cause?: unknown): MooringError {
  return new MooringError('history-invalid', `The database holds ${what} that cannot be read: ${why}.`, {
    hint: 'Restore schema objects of Mooring from a backup, or record the database anew with `mooring accept`.',
    cause,
  });
}

/** Loaded when there is something to write or read: most runs find nothing to do. */
function zlib() {
  return process.getBuiltinModule('node:zlib');
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
