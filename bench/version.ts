import type { BenchContext } from './bench-context.ts';
import type { Line } from './line.ts';
import { alternate, call, timeOf } from './measure.ts';
import { MOORING } from './programs.ts';

export async function version({ runs }: BenchContext): Promise<readonly Line[]> {
  const { ours, bare } = await alternate(runs.short, {
    ours: () => timeOf(() => call(process.execPath, [MOORING, '--version'])),
    bare: () => timeOf(() => call(process.execPath, ['-e', '0'])),
  });
  return [
    {
      name: 'mooring --version',
      did: `the whole process, and node -e 0; median of ${runs.short} alternating runs`,
      ours,
      other: { name: 'node', ...bare },
      limit: { kind: 'times', most: 2 },
    },
  ];
}
