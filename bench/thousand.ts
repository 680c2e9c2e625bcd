import { join } from 'node:path';
import { hasTool, psql } from '../test/support/tools.ts';
import type { BenchContext } from './bench-context.ts';
import { generateDirectory } from './directory.ts';
import type { Line } from './line.ts';
import { alternate, call, timeOf } from './measure.ts';
import { peerLines } from './peers.ts';
import { MOORING } from './programs.ts';

/** Many migrations into an empty database: against psql, and other tools where they can be had. */
export async function thousand(context: BenchContext): Promise<readonly Line[]> {
  const { server, runs, quick } = context;
  const count = quick ? 150 : 1000;
  const name = `${count.toLocaleString('en')} migrations`;
  const directory = await generateDirectory(join(context.folder, `pending-${count}`), count);
  const inFresh = async (work: (url: string) => Promise<unknown>): Promise<number> => {
    const database = await server.createDatabase();
    const ms = await timeOf(() => work(database.url));
    await database.drop();
    return ms;
  };
  const migrate = (url: string) =>
    call(process.execPath, [MOORING, 'migrate', directory.folder, '--url', url]);
  const did = `${count} files of one statement each (table, column, index, comment, small insert in turn) into an empty database; ours: lock, checksum, one transaction and history row per file, one snapshot at the end`;
  if (!hasTool('psql')) {
    const alone = await alternate(runs.long, { ours: () => inFresh(migrate) });
    return [{ name, did, ours: alone.ours, leftOut: 'no psql on this machine: make setup' }];
  }
  const { ours, other } = await alternate(runs.long, {
    ours: () => inFresh(migrate),
    other: () => inFresh((url) => psql(url, { files: directory.files })),
  });
  return [
    {
      name,
      did: `${did}; psql: one session, -f for each file, autocommit, no record kept; median of ${runs.long} alternating runs`,
      ours,
      other: { name: 'psql', ...other },
      limit: { kind: 'times', most: 1.5 },
    },
    ...(await peerLines(context, directory, name, ours)),
  ];
}
