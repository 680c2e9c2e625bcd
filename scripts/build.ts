import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import {
  type BuildOptions,
  build,
  type OutputFile,
  type Plugin,
  type TransformOptions,
  transform,
} from 'esbuild';
import { execa } from 'execa';
import { compiledName, wrapped } from '../src/cli/compiled.ts';

const root = resolve(import.meta.dirname, '..');
const dist = join(root, 'dist');
const lib = join(dist, 'lib');

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

/**
 * CommonJS, because as an ECMAScript module Node would load every built-in module that is named anywhere, and V8 could
 * not be given what it has compiled before. import() would make Node warn in what is run from compiled code; require does not.
 */
const COMMON_JS: TransformOptions = {
  format: 'cjs',
  platform: 'node',
  target: 'node24',
  minifyWhitespace: true,
  minifySyntax: true,
  supported: { 'dynamic-import': false },
};

const results = await Promise.all([
  build({
    ...COMMON,
    entryPoints: { mooring: 'src/cli/main.ts' },
    format: 'esm',
    external: ['./run.ts'],
    outExtension: { '.js': '.mjs' },
    write: false,
  }),
  // A file for all that is needed together, so that each verb reads what it needs and no more. pg-native is an optional
  // part of pg that is not installed and not wanted.
  build({
    ...COMMON,
    entryPoints: { run: 'src/cli/run.ts' },
    outdir: lib,
    format: 'esm',
    splitting: true,
    external: ['pg-native'],
    plugins: [childProcessOnDemand()],
    outExtension: { '.js': '.cjs' },
    write: false,
  }),
]);
// import() of a package that is CommonJS gives nothing by name once it is bundled.
for (const [path, { entryPoint, exports }] of results.flatMap(({ metafile }) =>
  Object.entries(metafile?.outputs ?? {}),
))
  if (exports.join() === 'default')
    throw new Error(`${path}: import() a module of ours that exports by name what it wants of ${entryPoint}`);

const files = await Promise.all(results.flatMap(({ outputFiles = [] }) => outputFiles).map(written));
// Its output is that of the commands.
await execa(process.execPath, [join(root, 'scripts/warm-up.ts'), lib], { stdout: 'ignore' });

// Only now, so that there is always a whole program in dist/.
const made = new Set(files.flatMap(({ path }) => [path, compiledName(path)]));
for (const folder of [dist, lib])
  for (const file of await readdir(folder))
    if (!made.has(join(folder, file)) && join(folder, file) !== lib)
      await rm(join(folder, file), { recursive: true });
await writeCommand();

files.sort((a, b) => b.bytes - a.bytes);
for (const { path, bytes } of files)
  process.stdout.write(`${String(Math.ceil(bytes / 1024)).padStart(6)} KiB  ${relative(root, path)}\n`);

/** Writes a file of the program, and what V8 makes of it. */
async function written({
  path,
  text,
}: OutputFile): Promise<{ readonly path: string; readonly bytes: number }> {
  await mkdir(lib, { recursive: true });
  if (path.endsWith('.mjs')) {
    const program = `#!/usr/bin/env node\n${text.replace(/^#!.*\n/, '')}`;
    await writeFile(path, program);
    await chmod(path, 0o755);
    return { path, bytes: Buffer.byteLength(program) };
  }
  const { code } = await transform(text, COMMON_JS);
  await writeFile(path, code);
  await compile(path, code);
  return { path, bytes: Buffer.byteLength(code) };
}

/** The program by its name, for a PATH. */
async function writeCommand(): Promise<void> {
  const bin = join(dist, 'bin');
  await mkdir(bin);
  await writeFile(join(bin, 'mooring'), "#!/usr/bin/env node\nimport('../mooring.mjs');\n", { mode: 0o755 });
}

/** All functions are compiled, also those that V8 would leave until they are called. */
async function compile(file: string, text: string): Promise<void> {
  const beyond = /[^\x00-\x7f]/.exec(text);
  if (beyond !== null) {
    const around = text.slice(Math.max(0, beyond.index - 60), beyond.index + 20);
    throw new Error(`${file} is not ASCII, which it is read as: write \\u… for what stands in …${around}…`);
  }
  setFlagsFromString('--no-lazy');
  const script = new Script(wrapped(text), { filename: file });
  // What was made under other flags than those of its reader is refused.
  setFlagsFromString('--lazy');
  await writeFile(compiledName(file), script.createCachedData());
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
