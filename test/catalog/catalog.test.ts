import { describe, expect, test } from 'vitest';
import {
  applyDelta,
  type Catalog,
  type CatalogObject,
  type CatalogScope,
  compareCatalogs,
  decodeDelta,
  decodeObject,
  deltaBetween,
  encodeDelta,
  encodeObject,
  ignoreTest,
  keyOf,
} from '../../src/catalog/catalog.ts';

const WHOLE: CatalogScope = { schemas: 'all', ignore: [], include: [] };

function object(key: string, properties: CatalogObject['properties'] = {}, parent?: string): CatalogObject {
  const [, kind = '', identity = ''] = /^([a-z]+) (.*)$/.exec(key) ?? [];
  return { kind, identity, ...(parent === undefined ? {} : { parent }), properties, dependsOn: [] };
}

function catalog(objects: readonly CatalogObject[], changed: Partial<Catalog> = {}): Catalog {
  return {
    model: 1,
    engine: 'postgres',
    server: { version: '17.1', major: 17 },
    scope: WHOLE,
    objects: new Map(objects.map((one) => [keyOf(one), one])),
    unmodelled: [],
    ...changed,
  };
}

describe('compare', () => {
  test('nothing', () => {
    expect(compareCatalogs(catalog([]), catalog([]))).toEqual([]);
  });

  test('only schemas in both scopes', () => {
    const a = catalog([object('table a.t'), object('table b.t')], {
      scope: { ...WHOLE, schemas: ['a', 'b'] },
    });
    const b = catalog([], { scope: { ...WHOLE, schemas: ['b', 'c'] } });
    expect(compareCatalogs(a, b).map((change) => change.object)).toEqual(['table b.t']);
    expect(compareCatalogs(b, a).map((change) => change.object)).toEqual(['table b.t']);
  });

  test('what either side ignores is ignored, with what belongs to it', () => {
    const index = object('index a.t_i', {}, 'table a.t');
    const a = catalog([object('table a.t'), index]);
    expect(compareCatalogs(a, catalog([], { scope: { ...WHOLE, ignore: ['table a.*'] } }))).toEqual([]);
  });

  test('privileges and owners only where both read them', () => {
    const a = catalog([object('table a.t', { owner: 'x' })], { scope: { ...WHOLE, include: ['owners'] } });
    expect(compareCatalogs(a, catalog([object('table a.t')]))).toEqual([]);
  });

  test('texts that another major version spelled are left out', () => {
    const a = catalog([object('view a.v', { definition: 'SELECT a.x', comment: 'old' })]);
    const b = catalog([object('view a.v', { definition: 'SELECT x', comment: 'new' })], {
      server: { version: '18.1', major: 18 },
    });
    expect(compareCatalogs(a, b)).toEqual([
      { object: 'view a.v', kind: 'view', change: 'changed', details: ['comment: old → new'] },
    ]);
  });
});

describe('ignore', () => {
  test.each([
    ['table public.tmp_*', 'table public.tmp_1', true],
    ['table public.tmp_*', 'table public.t', false],
    ['table public.*', 'table public."a.b"', true],
    ['table *', 'table public.t', false],
    ['column public.*.note', 'column public.t.note', true],
    ['trigger * on public.orders', 'trigger audit on public.orders', true],
    ['* public.tmp', 'materialized view public.tmp', true],
    ['function public.f(*)', 'function public.f(integer, text)', true],
    ['table public.a+b', 'table public.aab', false],
    ['table public.t', 'table public.tt', false],
  ])('%s and %s', (pattern, key, expected) => {
    expect(ignoreTest([pattern])(key)).toBe(expected);
  });
});

describe('snapshot', () => {
  const before = new Map([
    ['table a', '1'],
    ['table b', '2'],
    ['table c', '3'],
  ]);
  const after = new Map([
    ['table a', '1'],
    ['table b', '4'],
    ['table d', '5'],
  ]);

  test('no delta between equals', () => {
    expect(deltaBetween(before, before)).toEqual({ set: {}, remove: [] });
  });

  test('a delta leads from one to the other, through its bytes too', () => {
    const delta = decodeDelta(encodeDelta(deltaBetween(before, after)));
    expect(delta).toEqual({ set: { 'table b': '4', 'table d': '5' }, remove: ['table c'] });
    expect(applyDelta(before, delta)).toEqual(after);
  });

  test.each([10, 100_000])('an object of %i characters survives its bytes', (length) => {
    const one = object('view a.v', { definition: 'x'.repeat(length) }, 'table a.t');
    expect(decodeObject(encodeObject(one))).toEqual(one);
  });

  test.each([
    [new Uint8Array([1, 2, 3]), 'its bytes are damaged'],
    [new TextEncoder().encode('{"kind":"table"}'), 'kind, identity or properties are missing'],
  ])('damaged bytes are named', (bytes, why) => {
    expect(() => decodeObject(bytes)).toThrow(
      `The database holds a recorded object that cannot be read: ${why}.`,
    );
  });
});
