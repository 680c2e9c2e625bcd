import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { canonicalJson } from '../../src/api/api.ts';
import {
  type CatalogObject,
  canonicalForm,
  catalogFingerprint,
  fingerprintOf,
  fingerprintOfAll,
  fingerprintsOf,
} from '../../src/catalog/catalog.ts';

const column: CatalogObject = {
  kind: 'column',
  identity: 'public.t.größe',
  parent: 'table public.t',
  properties: { type: 'text', rank: 2, default: "'\u20ac\n'::text", notNull: true },
  dependsOn: ['table public.t'],
};
const options: CatalogObject = {
  kind: 'table',
  identity: 'public.t',
  properties: { options: ['b', 'a'], nested: { b: 1, a: 2 } },
  dependsOn: [],
};
const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

test('a catalog without objects', () => {
  expect(catalogFingerprint({ objects: new Map() })).toBe(sha256(''));
});

test('the bytes that a fingerprint is taken of', () => {
  expect(canonicalForm(column)).toBe(
    `{"identity":"public.t.größe","kind":"column","properties":{"default":"'€\\n'::text","notNull":true,"rank":2,"type":"text"}}`,
  );
  expect(fingerprintOf(column)).toBe(sha256(canonicalForm(column)));
  expect(fingerprintOf(column)).toBe('8a9e3167daff5c58738cfeaeaa6168ee87dcea93c4e354538f37406e72bc83b1');
});

test('the short way writes what RFC 8785 asks', () => {
  for (const properties of [
    {},
    { z: 1, a: 'x' },
    { ß: 1, ss: 2 },
    { '10': 1, '9': 2 },
    { a: null, b: 1e21 },
    options.properties,
  ]) {
    const object = { kind: 'k', identity: 'i "quoted" \u2028', properties, dependsOn: [] };
    const { kind, identity } = object;
    expect(canonicalForm(object)).toBe(canonicalJson({ kind, identity, properties }));
  }
});

test('parent and dependencies are not part of it', () => {
  expect(fingerprintOf({ ...column, dependsOn: [], parent: 'table public.u' })).toBe(fingerprintOf(column));
});

test('the whole: lines sorted by their bytes', () => {
  const objects = new Map([column, options].map((object) => [`${object.kind} ${object.identity}`, object]));
  const lines = `column public.t.größe ${fingerprintOf(column)}\ntable public.t ${fingerprintOf(options)}\n`;
  expect(catalogFingerprint({ objects })).toBe(sha256(lines));
  expect(catalogFingerprint({ objects })).toBe(
    '7bbf7b3678bbac63c6a53df4179d1f5ed70c39f3dc9fb5fa18c92c2326c9fe38',
  );
  expect(fingerprintOfAll(fingerprintsOf({ objects }))).toBe(catalogFingerprint({ objects }));
});

test('beyond the first plane the order of bytes is not that of UTF-16', () => {
  const named = (identity: string): CatalogObject => ({
    kind: 'table',
    identity,
    properties: {},
    dependsOn: [],
  });
  const [high, private_] = [named('\u{1F600}'), named('\uE000')];
  const objects = new Map([high, private_].map((object) => [`table ${object.identity}`, object]));
  const lines = [private_, high]
    .map((object) => `table ${object.identity} ${fingerprintOf(object)}\n`)
    .join('');
  expect(catalogFingerprint({ objects })).toBe(sha256(lines));
});
