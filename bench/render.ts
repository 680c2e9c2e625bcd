import { join } from 'node:path';
import type { BenchContext } from './bench-context.ts';
import { generateDirectory } from './directory.ts';
import type { Line } from './line.ts';
import { alternate, call, callNode, median, timeOf } from './measure.ts';
import { MOORING } from './programs.ts';

/** Manifests of very many migrations, as the plugin is asked for them at each refresh. */
export async function render({ folder, runs, quick }: BenchContext): Promise<readonly Line[]> {
  const count = quick ? 100 : 1000;
  const directory = await generateDirectory(join(folder, `render-${count}`), count);
  const args = ['render', directory.folder, '--target', 'argocd', '--image', 'registry.example/mooring:1'];
  const { ours, bare } = await alternate(runs.short, {
    ours: () => timeOf(() => call(process.execPath, [MOORING, ...args])),
    bare: () => timeOf(() => call(process.execPath, ['-e', '0'])),
  });
  const peaks: number[] = [];
  for (let n = 0; n < runs.long; n += 1) peaks.push((await callNode([MOORING, ...args])).peak);
  const name = `render of ${count.toLocaleString('en')} migrations`;
  const did = `mooring render --target argocd of a directory of ${count} files of one statement each`;
  return [
    {
      name,
      did: `${did}, the whole process, and node -e 0; median of ${runs.short} alternating runs`,
      ours,
      other: { name: 'node', ...bare },
      limit: { kind: 'times', most: 3 },
    },
    {
      name: `${name}, memory`,
      did: `${did}: peak of resident memory, median of ${runs.long} runs`,
      ours: median(peaks, 'MiB'),
      limit: { kind: 'value', most: 100 },
    },
  ];
}
