import { join } from 'node:path';
import { build } from 'esbuild';
import { ROOT } from '../test/support/cache.ts';

/** What `make build` made. */
export const MOORING = join(ROOT, 'dist/mooring.mjs');

/** Bundles the bare program into the folder; its path. It takes a URL. */
export async function bundleSelectOne(folder: string): Promise<string> {
  const outfile = join(folder, 'select-one.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'child/select-one.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    external: ['pg-native'],
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    legalComments: 'none',
    logLevel: 'warning',
  });
  return outfile;
}
