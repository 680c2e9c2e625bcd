import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleParts, readBundle } from '../src/bundle/bundle.ts';
import { theDefinition } from '../src/definition/definition.ts';
import type { BenchContext } from './bench-context.ts';
import { generateDirectory } from './directory.ts';
import type { Line } from './line.ts';
import { alternate, call, timeOf } from './measure.ts';
import { MOORING } from './programs.ts';

/** What every sync waits for, most of them for nothing. */
export async function gate(context: BenchContext): Promise<readonly Line[]> {
  const lines: Line[] = [];
  for (const count of context.quick ? [10] : [1000, 10]) lines.push(await withMigrations(context, count));
  return lines;
}

async function withMigrations(context: BenchContext, count: number): Promise<Line> {
  const { server, runs, selectOne } = context;
  const { folder } = await generateDirectory(join(context.folder, `gate-${count}`), count);
  const { bundle } = await readBundle(await theDefinition(folder));
  const mounted = join(context.folder, `gate-${count}-bundle`);
  await mkdir(mounted);
  for (const { data, binaryData } of await bundleParts(bundle))
    for (const [key, value] of [...data, ...binaryData]) await writeFile(join(mounted, key), value);
  const database = await server.createDatabase();
  const run = () =>
    call(process.execPath, [MOORING, 'gate'], {
      env: {
        MOORING_BUNDLE_DIR: mounted,
        MOORING_BUNDLE_DIGEST: bundle.index.digest,
        MOORING_NAME: 'bench',
        MOORING_NAMESPACE: 'bench',
        MOORING_TARGET: 'argocd',
        MOORING_DATABASE_URL: database.url,
      },
    });
  await run();
  const { ours, bare } = await alternate(runs.short, {
    ours: () => timeOf(run),
    bare: () => timeOf(() => call(process.execPath, [selectOne, database.url])),
  });
  await database.drop();
  return {
    name: `gate, nothing to do, ${count.toLocaleString('en')} applied`,
    did: `mooring gate of a mounted bundle of ${count} files, all applied before, and a bundled Node program that connects by pg and asks SELECT 1; whole processes, median of ${runs.short} alternating runs`,
    ours,
    other: { name: 'node + SELECT 1', ...bare },
    limit: { kind: 'times', most: 3 },
  };
}
