import { chmod, copyFile, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const dist = join(root, 'dist');
const parser = join(root, 'node_modules/libpg-query/wasm');

await rm(dist, { recursive: true, force: true });
const COMMONJS = `import { createRequire as __createRequire } from 'node:module';
const require = __createRequire(import.meta.url);
const __dirname = import.meta.dirname;`;

const result = await build({
  absWorkingDir: root,
  entryPoints: { mooring: 'src/cli/main.ts' },
  outdir: dist,
  outExtension: { '.js': '.mjs' },
  // All files in one folder, so that __dirname means the same in each.
  chunkNames: '[name]-[hash]',
  bundle: true,
  // What is behind `await import()` becomes a file of its own, read when it is needed: start-up stays short.
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // Optional parts of the drivers that are not installed and not wanted.
  external: ['pg-native'],
  // Its CommonJS form would have no names but `default` behind `await import()`.
  alias: { 'libpg-query': join(parser, 'index.js') },
  // Packages in CommonJS expect both, and a module has neither.
  banner: { js: COMMONJS },
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});

const entry = join(dist, 'mooring.mjs');
await writeFile(entry, `#!/usr/bin/env node\n${(await readFile(entry, 'utf8')).replace(/^#!.*\n/, '')}`);
await chmod(entry, 0o755);
// The parser looks for it in its __dirname.
await copyFile(join(parser, 'libpg-query.wasm'), join(dist, 'libpg-query.wasm'));

const files = Object.entries(result.metafile.outputs).map(([path, output]) => ({
  path,
  bytes: output.bytes,
}));
files.sort((a, b) => b.bytes - a.bytes);
for (const { path, bytes } of files)
  process.stdout.write(`${String(Math.ceil(bytes / 1024)).padStart(6)} KiB  ${path}\n`);
