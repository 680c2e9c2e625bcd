import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Run by build.ts with the folder of the built files: runs the commands that read a schema directory, as Argo CD does at
 * each refresh, and writes for each file that they load what V8 has compiled of it by then. To read what is needed takes
 * half the time of reading all; the rest is compiled when it is called.
 */
const lib = resolve(process.argv[2] ?? '');
const vm = process.getBuiltinModule('node:vm');
const scripts = new Map<string, InstanceType<typeof vm.Script>>();

vm.Script = class extends vm.Script {
  constructor(text: string, options: import('node:vm').ScriptOptions) {
    const { cachedData: _, ...rest } = options;
    super(text, rest);
    scripts.set(String(options.filename), this);
  }
};

// Only now, for it takes the class when it is loaded.
const { compiledName, loadCompiled } = await import('../src/cli/compiled.ts');
const { run } = loadCompiled(lib, 'run.cjs') as typeof import('../src/cli/run.ts');

const folder = mkdtempSync(join(tmpdir(), 'mooring-warm-up-'));
try {
  const dir = sampleIn(folder);
  for (const argv of [
    ['validate', dir],
    ['render', dir, '--target', 'argocd', '--image', 'registry.example/mooring:1'],
  ]) {
    const code = await run(argv);
    if (code !== 0) throw new Error(`mooring ${argv.join(' ')} ended with ${code}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}
for (const [file, script] of scripts) writeFileSync(compiledName(file), script.createCachedData());

/** A schema directory with something of most that there is. */
function sampleIn(parent: string): string {
  const dir = join(parent, 'shop');
  mkdirSync(join(dir, 'migrations'), { recursive: true });
  writeFileSync(
    join(dir, 'mooring.yaml'),
    'apiVersion: mooring.dev/v1alpha1\nkind: DatabaseSchema\nmetadata: {name: shop}\nspec:\n  engine: postgres\n  connection:\n    urlFrom: {secretKeyRef: {name: shop-db, key: url}}\n',
  );
  const texts = [
    'CREATE TABLE orders (id integer PRIMARY KEY, note text);\nCREATE INDEX orders_note ON orders (note);',
    "-- More of it.\nALTER TABLE orders ADD COLUMN state text NOT NULL DEFAULT 'new';\nCOMMENT ON TABLE orders IS 'it''s told';",
    'CREATE FUNCTION one() RETURNS integer LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN 1;\nEND\n$$;',
    "INSERT INTO orders VALUES (1, 'x', 'new');",
  ];
  for (const [n, text] of texts.entries()) {
    writeFileSync(join(dir, 'migrations', `${n + 1}_step.sql`), `${text}\n`);
    if (n === 0) writeFileSync(join(dir, 'migrations', '1_step.undo.sql'), 'DROP TABLE orders;\n');
  }
  return dir;
}
