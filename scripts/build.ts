import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type BuildOptions, build, type Plugin } from 'esbuild';

const root = resolve(import.meta.dirname, '..');
const dist = join(root, 'dist');

/** Where Node keeps what it compiled; src/cli/main.ts names it, too. */
const COMPILED = '.compiled';
/**
 * What is behind `await import()` of these becomes a file of its own, read when it is needed; all else is one file,
 * because each further one costs a millisecond at start-up. In it, a module behind `await import()` runs when it is
 * asked for. CommonJS, because as an ECMAScript module Node would load every built-in module that is named anywhere.
 */
const APART: Readonly<Record<string, string>> = {
  './run.ts': 'run',
  'mysql2/promise': 'mysql2',
};

const COMMON: BuildOptions = {
  absWorkingDir: root,
  outdir: dist,
  bundle: true,
  platform: 'node',
  target: 'node24',
  // Optional parts of the drivers that are not installed and not wanted.
  external: ['pg-native'],
  plugins: [apart(), childProcessOnDemand()],
  legalComments: 'none',
  // Names stay, for the stack traces of --debug.
  minifyWhitespace: true,
  minifySyntax: true,
  metafile: true,
  logLevel: 'warning',
};

const results = await Promise.all([
  build({
    ...COMMON,
    entryPoints: { mooring: 'src/cli/main.ts' },
    format: 'esm',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    outExtension: { '.js': '.mjs' },
  }),
  build({
    ...COMMON,
    entryPoints: { run: 'src/cli/run.ts', mysql2: 'mysql2/promise' },
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
  }),
]);
const outputs = results.flatMap(({ metafile }) => Object.entries(metafile?.outputs ?? {}));

// Only now, so that there is always a whole program in dist/.
const made = new Set(outputs.map(([path]) => basename(path)));
for (const file of await readdir(dist)) if (!made.has(file)) await rm(join(dist, file), { recursive: true });

const entry = join(dist, 'mooring.mjs');
await writeFile(entry, `#!/usr/bin/env node\n${(await readFile(entry, 'utf8')).replace(/^#!.*\n/, '')}`);
await chmod(entry, 0o755);
await compileOnce();

const files = outputs.map(([path, { bytes }]) => ({ path, bytes }));
files.sort((a, b) => b.bytes - a.bytes);
for (const { path, bytes } of files)
  process.stdout.write(`${String(Math.ceil(bytes / 1024)).padStart(6)} KiB  ${path}\n`);

/** The program runs once, so that what V8 made of it lies beside it before anyone waits for it. */
async function compileOnce(): Promise<void> {
  await mkdir(join(dist, COMPILED));
  await promisify(execFile)(process.execPath, [entry, 'validate', join(root, 'demo/shop')]).catch(() => {
    // It says what is wrong with the directory; compiled it is all the same.
  });
}

/** `await import()` of what lies in a file of its own reads that file, by `require`. */
function apart(): Plugin {
  return {
    name: 'apart',
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /.*/ }, ({ kind, path }) => {
        const file = kind === 'dynamic-import' ? APART[path] : undefined;
        return file === undefined ? undefined : { path: file, namespace: 'apart' };
      });
      onResolve({ filter: /.*/, namespace: 'apart' }, ({ path }) => ({ path, external: true }));
      onLoad({ filter: /.*/, namespace: 'apart' }, ({ path }) => ({
        contents: `module.exports = require('./${path}.cjs');`,
      }));
    },
  };
}

/** commander imports it for commands that are programs of their own, of which we have none: 3 ms of every start. */
function childProcessOnDemand(): Plugin {
  return {
    name: 'child-process-on-demand',
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /^node:child_process$/ }, ({ importer, path }) =>
        importer.includes('/commander/') ? { path, namespace: 'on-demand' } : undefined,
      );
      onLoad({ filter: /.*/, namespace: 'on-demand' }, ({ path }) => ({
        contents: `export default { spawn: (...given) => require(${JSON.stringify(path)}).spawn(...given) };`,
      }));
    },
  };
}
