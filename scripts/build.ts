import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { compiledName, wrapped } from '../src/cli/compiled.ts';

const root = resolve(import.meta.dirname, '..');
const dist = join(root, 'dist');

/** Packages, and a verb with many of its own, that are files of their own, read when they are needed. */
const APART: Readonly<Record<string, string>> = {
  'mysql2/promise': 'mysql2',
  './client-node.ts': 'kubernetes',
  './commands/rehearse.ts': 'rehearse',
};

const COMMON: BuildOptions = {
  absWorkingDir: root,
  outdir: dist,
  bundle: true,
  platform: 'node',
  target: 'node24',
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
    external: ['./run.ts'],
    outExtension: { '.js': '.mjs' },
  }),
  // One file, because each further one costs a millisecond at start-up; in it a module behind `await import()` runs when
  // it is asked for. CommonJS, because as an ECMAScript module Node would load every built-in module that is named
  // anywhere. pg-native is an optional part of pg that is not installed and not wanted.
  build({
    ...COMMON,
    entryPoints: {
      run: 'src/cli/run.ts',
      mysql2: 'mysql2/promise',
      kubernetes: 'src/kube/client-node.ts',
      rehearse: 'src/cli/commands/rehearse.ts',
    },
    format: 'cjs',
    // import() of a built-in module would make Node warn in what is run from compiled code; require does not.
    supported: { 'dynamic-import': false },
    external: ['pg-native'],
    plugins: [apart(), childProcessOnDemand()],
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
await writeCommand();
await compile(join(dist, 'run.cjs'));

const files = outputs.map(([path, { bytes }]) => ({ path, bytes }));
files.sort((a, b) => b.bytes - a.bytes);
for (const { path, bytes } of files)
  process.stdout.write(`${String(Math.ceil(bytes / 1024)).padStart(6)} KiB  ${path}\n`);

/** The program by its name, for a PATH. */
async function writeCommand(): Promise<void> {
  const bin = join(dist, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'mooring'), "#!/usr/bin/env node\nimport('../mooring.mjs');\n", { mode: 0o755 });
}

/** All functions are compiled, also those that V8 would leave until they are called. */
async function compile(file: string): Promise<void> {
  const text = await readFile(file, 'latin1');
  const beyond = /[^\x00-\x7f]/.exec(text);
  if (beyond !== null) {
    const around = text.slice(Math.max(0, beyond.index - 60), beyond.index + 20);
    throw new Error(`${file} is not ASCII, which it is read as: write \\u… for what stands in …${around}…`);
  }
  const source = wrapped(text);
  setFlagsFromString('--no-lazy');
  const script = new Script(source, { filename: file });
  // What was made under other flags than those of its reader is refused.
  setFlagsFromString('--lazy');
  await writeFile(compiledName(file), script.createCachedData());
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
