import type { Database } from '../test/support/postgres-server.ts';
import { canDump, rawPgDump } from '../test/support/tools.ts';
import type { BenchContext } from './bench-context.ts';
import { FEW_INDEXES, largeDatabase } from './large-database.ts';
import type { Line, Measure } from './line.ts';
import { alternate, callNode, median, timeOf } from './measure.ts';
import { MOORING } from './programs.ts';

/** Reading the catalogue of an ordinary large database: time, memory, and pg_dump beside it. */
export async function catalogue(context: BenchContext): Promise<readonly Line[]> {
  const { server, quick, runs, selectOne } = context;
  const tables = quick ? 100 : 2000;
  const database = await largeDatabase(server, tables);
  const peaks: number[] = [];
  const read = async () => {
    const { ms, peak } = await readOnce(database);
    peaks.push(peak);
    return ms;
  };
  const dumps = canDump(server.version);
  const { ours, dump } = await alternate(runs.middle, {
    ours: read,
    dump: dumps ? () => timeOf(() => rawPgDump(database.url)) : async () => Number.NaN,
  });
  const bare = await callNode([selectOne, database.url]);
  await database.drop();
  const size = `${tables.toLocaleString('en')} tables`;
  const did = `mooring snapshot -o fingerprint, the whole process: every object read and fingerprinted; 10 columns and 4 indexes per table`;
  return [
    { name: `catalogue of ${size}`, did, ours: seconds(ours), limit: { kind: 'value', most: 1 } },
    {
      name: `catalogue of ${size}, memory`,
      did: 'peak of resident memory of that process, and of the bundled Node program that only asks SELECT 1',
      ours: median(peaks, 'MiB'),
      other: { name: 'node + SELECT 1', value: bare.peak, unit: 'MiB' },
      limit: { kind: 'value', most: 150 },
    },
    {
      name: `catalogue of ${size}, dump`,
      did: `the same run, and pg_dump --schema-only of the same database; median of ${runs.middle} alternating runs`,
      ours: seconds(ours),
      other: { name: 'pg_dump', ...seconds(dump) },
      limit: { kind: 'times', most: 1 },
      ...(dumps ? {} : { leftOut: `no pg_dump on this machine that reads PostgreSQL ${server.version}` }),
    },
  ];
}

/** How the time per table grows with their number, beside a small one's. */
export async function perTable(
  context: BenchContext,
  large: { readonly database: Database; readonly tables: number },
): Promise<readonly Line[]> {
  const tables = Math.round(large.tables / 10);
  const small = await largeDatabase(context.server, tables, FEW_INDEXES);
  const perTableIn = (database: Database, count: number) => async () => (await readOnce(database)).ms / count;
  const read = await alternate(context.runs.long, {
    large: perTableIn(large.database, large.tables),
    small: perTableIn(small, tables),
  });
  await small.drop();
  return [
    {
      name: `catalogue of ${large.tables.toLocaleString('en')} tables`,
      did: `mooring snapshot -o fingerprint, the whole process, per table of 10 columns and 2 indexes; beside it a database of a tenth of the tables; flat: not more per table than there; median of ${context.runs.long} alternating runs`,
      ours: { ...read.large, unit: 'ms/table' },
      other: { name: `${tables.toLocaleString('en')} tables`, ...read.small, unit: 'ms/table' },
      limit: { kind: 'times', most: 1.25 },
    },
  ];
}

function readOnce(database: Database) {
  return callNode([MOORING, 'snapshot', '--url', database.url, '-o', 'fingerprint']);
}

function seconds({ value, range }: Measure): Measure {
  return {
    value: value / 1000,
    unit: 's',
    ...(range === undefined ? {} : { range: [range[0] / 1000, range[1] / 1000] }),
  };
}
