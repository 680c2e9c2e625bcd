import { hash } from 'node:crypto';
import { canonicalJson, sortBytewise } from '../api/api.ts';
import { type Catalog, type CatalogObject, type Json, keyOf } from './model.ts';

const known = new WeakMap<CatalogObject, string>();

/** sha256, 64 hex digits, over RFC 8785 JSON of `{kind, identity, properties}`. */
export function fingerprintOf(object: CatalogObject): string {
  let fingerprint = known.get(object);
  if (fingerprint === undefined) {
    fingerprint = hash('sha256', canonicalForm(object));
    known.set(object, fingerprint);
  }
  return fingerprint;
}

/** The same, if it was asked for before. */
export function knownFingerprint(object: CatalogObject): string | undefined {
  return known.get(object);
}

/** What a fingerprint is taken of. */
export function canonicalForm(object: CatalogObject): string {
  const { kind, identity, properties } = object;
  if (!isFlat(properties)) return canonicalJson({ identity, kind, properties });
  // The same bytes, several times faster: with keys in order and nothing nested, JSON.stringify writes what RFC 8785 asks.
  return JSON.stringify({ identity, kind, properties: inOrder(properties) });
}

function isFlat(properties: CatalogObject['properties']): boolean {
  for (const name in properties) {
    const value = properties[name];
    if (typeof value === 'object' && value !== null) return false;
    // Keys that look like numbers come first in any object, and lone surrogates are for canonicalJson to refuse.
    if (name.charCodeAt(0) < 0x3a || (typeof value === 'string' && !value.isWellFormed())) return false;
  }
  return true;
}

function inOrder(properties: CatalogObject['properties']): CatalogObject['properties'] {
  const names = Object.keys(properties);
  if (names.every((name, at) => at === 0 || (names[at - 1] ?? '') < name)) return properties;
  const ordered: Record<string, Json> = {};
  for (const name of names.sort()) {
    const value = properties[name];
    if (value !== undefined) ordered[name] = value;
  }
  return ordered;
}

/** Each object's fingerprint, by key. */
export function fingerprintsOf(catalog: Pick<Catalog, 'objects'>): ReadonlyMap<string, string> {
  const all = new Map<string, string>();
  for (const [key, object] of catalog.objects) all.set(key, fingerprintOf(object));
  return all;
}

/** The whole: sha256, 64 hex digits, over the bytewise sorted lines `<object> <fingerprint>\n`. */
export function catalogFingerprint(catalog: Pick<Catalog, 'objects'>): string {
  const lines: string[] = [];
  for (const object of catalog.objects.values()) lines.push(`${keyOf(object)} ${fingerprintOf(object)}\n`);
  return hashLines(lines);
}

/** The same from fingerprints by key, as a snapshot holds them. */
export function fingerprintOfAll(fingerprints: ReadonlyMap<string, string>): string {
  return hashLines(Array.from(fingerprints, ([key, fingerprint]) => `${key} ${fingerprint}\n`));
}

function hashLines(lines: string[]): string {
  return hash('sha256', sortBytewise(lines).join(''));
}
