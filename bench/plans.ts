import { type Catalog, type CatalogObject, compareCatalogs, keyOf } from '../src/catalog/catalog.ts';
import { rules } from '../src/engines/postgres/ddl/ddl.ts';
import { planBetween } from '../src/plan/plan.ts';
import { openReader } from '../test/engines/postgres/catalog/reads.ts';
import type { BenchContext } from './bench-context.ts';
import { largeDatabase } from './large-database.ts';
import type { Line, Measure } from './line.ts';
import { median } from './measure.ts';

/** Comparing two catalogs, and planning from one to the other: no process, no database, only that. */
export async function plans({ server, quick }: BenchContext): Promise<readonly Line[]> {
  const tables = quick ? 100 : 2000;
  const changes = quick ? 100 : 1000;
  const database = await largeDatabase(server, tables);
  const reader = await openReader(database.url);
  const [before, again] = [await reader.read(), await reader.read()];
  await reader[Symbol.asyncDispose]();
  await database.drop();
  const size = `${tables.toLocaleString('en')} tables`;
  const after = changed(before, changes);
  return [
    {
      name: `diff of two catalogs of ${size}`,
      did: 'fingerprints of all objects of both, and what differs: nothing; 10 columns and 4 indexes per table',
      ours: timed(() => compareCatalogs(fresh(before), fresh(again))),
      limit: { kind: 'value', most: 0.1 },
    },
    {
      name: `plan of ${changes.toLocaleString('en')} changes among ${size}`,
      did: 'from two catalogs to ordered statements: columns added, dropped, retyped and made NOT NULL, a quarter each, with all that depends on them',
      ours: timed(() => planBetween(fresh(before), fresh(after), rules)),
      limit: { kind: 'value', most: 0.5 },
    },
  ];
}

const RUNS = 7;

function timed(work: () => unknown): Measure {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const start = performance.now();
    work();
    times.push((performance.now() - start) / 1000);
  }
  return median(times, 's');
}

/** The same objects, as if they had just been read: nothing of them is known from before. */
function fresh(catalog: Catalog): Catalog {
  const objects = new Map(Array.from(catalog.objects, ([key, object]) => [key, { ...object }]));
  return { ...catalog, objects };
}

function changed(catalog: Catalog, count: number): Catalog {
  const objects = new Map(catalog.objects);
  const tables = [...catalog.objects.values()].filter(({ kind }) => kind === 'table');
  for (let n = 0; n < count; n += 1) {
    const table = tables[n % tables.length];
    if (table === undefined) continue;
    const column = (name: string): CatalogObject | undefined =>
      catalog.objects.get(`column ${table.identity}.${name}`);
    const set = (object: CatalogObject | undefined, properties: CatalogObject['properties']): void => {
      if (object !== undefined)
        objects.set(keyOf(object), { ...object, properties: { ...object.properties, ...properties } });
    };
    if (n % 4 === 0) {
      const properties = { rank: 11, type: 'integer' };
      const added = {
        kind: 'column',
        identity: `${table.identity}.more`,
        parent: keyOf(table),
        properties,
        dependsOn: [],
      };
      objects.set(keyOf(added), added);
    } else if (n % 4 === 1) objects.delete(`column ${table.identity}.data`);
    else if (n % 4 === 2) set(column('state'), { type: 'bigint' });
    else set(column('tags'), { notNull: true });
  }
  return { ...catalog, objects };
}
