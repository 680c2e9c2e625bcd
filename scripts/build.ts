import { chmod, copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { basename, join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const dist = join(root, 'dist');
const parser = join(root, 'node_modules/libpg-query/wasm');

const PARSER_WASM = 'libpg-query.wasm';
const COMMONJS = `const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);
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
  plugins: [builtinsByCall(), namesBehindImport()],
  // Packages in CommonJS expect both, and a module has neither.
  banner: { js: COMMONJS },
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
});

// Only now, so that there is always a whole program in dist/: names of chunks hold a hash of their contents.
const made = new Set([...Object.keys(result.metafile.outputs).map((path) => basename(path)), PARSER_WASM]);
for (const file of await readdir(dist)) if (!made.has(file)) await rm(join(dist, file), { recursive: true });

const entry = join(dist, 'mooring.mjs');
await writeFile(entry, `#!/usr/bin/env node\n${(await readFile(entry, 'utf8')).replace(/^#!.*\n/, '')}`);
await chmod(entry, 0o755);
// The parser looks for it in its __dirname.
await copyFile(join(parser, PARSER_WASM), join(dist, PARSER_WASM));

const files = Object.entries(result.metafile.outputs).map(([path, output]) => ({
  path,
  bytes: output.bytes,
}));
files.sort((a, b) => b.bytes - a.bytes);
for (const { path, bytes } of files)
  process.stdout.write(`${String(Math.ceil(bytes / 1024)).padStart(6)} KiB  ${path}\n`);

/**
 * A built-in that a module imports by its names is made to load everything that it would only load when asked: node:fs
 * its streams, for example. Taken by a call it is not, which is a quarter of the time to start.
 */
function builtinsByCall(): Plugin {
  return {
    name: 'builtins-by-call',
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /^(node:)?[a-z_/]+$/ }, ({ kind, path }) =>
        kind === 'import-statement' && isBuiltin(path)
          ? { path: path.replace(/^(node:)?/, 'node:'), namespace: 'builtin' }
          : undefined,
      );
      onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
        contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
      }));
    },
  };
}

/**
 * Behind `await import('package')` esbuild gives a CommonJS package no names but `default`, where Node finds the
 * others too. A module in between exports the names that Node finds.
 */
function namesBehindImport(): Plugin {
  return {
    name: 'names-behind-import',
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /^[^.]/ }, ({ kind, path }) =>
        kind === 'dynamic-import' && !isBuiltin(path) ? { path, namespace: 'named' } : undefined,
      );
      onLoad({ filter: /.*/, namespace: 'named' }, async ({ path }) => {
        const names = Object.keys((await import(path)) as object).filter((name) =>
          /^[A-Za-z_$][\w$]*$/.test(name),
        );
        const whole = names.includes('default') ? ['export default all.default;'] : [];
        const lines = names
          .filter((name) => name !== 'default' && name !== '__esModule')
          .map((name) => `const its_${name} = all.${name}; export { its_${name} as ${name} };`);
        const from = JSON.stringify(path);
        return {
          contents: [`import * as all from ${from};`, ...lines, ...whole].join('\n'),
          resolveDir: root,
        };
      });
    },
  };
}
