import { expect, test } from 'vitest';
import { type Catalog, type CatalogObject, carriedOver, compareCatalogs } from '../../src/catalog/catalog.ts';

type Properties = CatalogObject['properties'];

function catalog(
  include: Catalog['scope']['include'],
  objects: Readonly<Record<string, Properties>>,
): Catalog {
  return {
    model: 2,
    engine: 'postgres',
    server: { version: '17.0', major: 17 },
    scope: { schemas: 'all', ignore: [], include },
    objects: new Map(
      Object.entries(objects).map(([key, properties]) => {
        const [kind = '', identity = ''] = key.split(' ');
        return [key, { kind, identity, properties, dependsOn: [] }];
      }),
    ),
    unmodelled: [],
  };
}

const granted = { privileges: ['x: SELECT'] };

test('what is equal reads as it does now, and what the record could not know is recorded', () => {
  const live = catalog(['privileges'], { 'view a': { definition: '1', ...granted } });
  expect(carriedOver(catalog([], { 'view a': { definition: '1' } }), live)).toEqual(live);
});

test('what is in drift stays in drift, by the very properties that differ', () => {
  const recorded = catalog([], { 'view a': { definition: '1' }, 'view gone': { definition: '2' } });
  const live = catalog(['privileges'], {
    'view a': { definition: 'other', ...granted },
    'view new': { definition: '3' },
  });
  const carried = carriedOver(recorded, live);
  expect([...carried.objects.keys()].sort()).toEqual(['view a', 'view gone']);
  expect(compareCatalogs(carried, live)).toEqual([
    { object: 'view a', kind: 'view', change: 'changed', details: ['definition: 1 → other'] },
    { object: 'view gone', kind: 'view', change: 'removed', details: [] },
    { object: 'view new', kind: 'view', change: 'added', details: [] },
  ]);
});
