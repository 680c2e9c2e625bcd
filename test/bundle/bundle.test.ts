import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BundleIndex } from '../../src/api/api.ts';
import {
  type Bundle,
  bundleParts,
  LIMITS,
  packBundle,
  sourceFiles,
  unpackBundle,
} from '../../src/bundle/bundle.ts';
import { parseDefinition } from '../../src/definition/definition.ts';
import { readMigrations } from '../../src/migrations/migrations.ts';
import { shownError } from '../support/case-folders.ts';

const DEFINITION = parseDefinition(
  `apiVersion: mooring.dev/v1alpha1
kind: DatabaseSchema
metadata: {name: orders}
spec:
  engine: postgres
  connection: {urlFrom: {secretKeyRef: {name: orders-db, key: url}}}
  manifests: [extra.yaml]
`,
  { file: 'mooring.yaml' },
);

const pack = (files: Readonly<Record<string, string>>, definition = DEFINITION): Bundle =>
  packBundle(
    definition,
    Object.entries(files).map(([name, text]) => ({ path: `migrations/${name}`, bytes: Buffer.from(text) })),
  );

const SMALL = {
  'R_totals.sql': 'CREATE VIEW totals AS SELECT 1;\n',
  '2_b.sql': 'ALTER TABLE a ADD c int;\r\n',
  '1_a.sql': '\uFEFFCREATE TABLE a (b int);\n',
  '1_a.undo.sql': 'DROP TABLE a;\n',
  '3_naïve name.sql': '',
};

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mooring-bundle-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function mount(bundle: Bundle, folder = dir): Promise<void> {
  for (const { data, binaryData } of await bundleParts(bundle)) {
    for (const [key, content] of [...data, ...binaryData]) await writeFile(join(folder, key), content);
  }
}

/** Statements whose text hardly compresses. */
function noise(bytes: number, seed: string): string {
  const lines: string[] = [];
  for (let size = 0, at = 0; size < bytes; at += 1) {
    const line = `-- ${createHash('sha512').update(`${seed} ${at}`).digest('base64')}`;
    lines.push(line);
    size += line.length + 1;
  }
  return lines.join('\n');
}

describe('packing', () => {
  test('nothing', () => {
    const { index, files } = pack({});
    expect(index.files).toEqual([]);
    expect(files.size).toBe(0);
  });

  // Bytes that live in databases and clusters: a change here needs a new apiVersion.
  test('the digest is what it always was', () => {
    expect(pack({}).index.digest).toBe(
      'sha256:ebb72a7cddb21bb199c6295088c329120b7db88f013167b8b6a78e4d3911fcbc',
    );
    expect(pack(SMALL).index.digest).toBe(
      'sha256:6ea41579bcd181b8b7fa5129a8d94d23cf0c6e51d5a2ff8f60a39b51d0f5a10b',
    );
  });

  test('the digest can be had from the index by its recipe alone', async () => {
    const [part] = await bundleParts(pack(SMALL));
    const { digest, ...index } = JSON.parse(part?.data.get('index.json') ?? '') as BundleIndex &
      Record<string, unknown>;
    for (const file of index.files as unknown as Record<string, unknown>[]) {
      delete file.key;
      delete file.chunk;
    }
    // Every name here is ASCII, so that sorting keys and JSON.stringify are all of RFC 8785 that is needed.
    const sorted = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(sorted)
        : typeof value === 'object' && value !== null
          ? Object.fromEntries(
              Object.entries(value)
                .sort(([a], [b]) => (a < b ? -1 : 1))
                .map(([k, v]) => [k, sorted(v)]),
            )
          : value;
    expect(digest).toBe(
      `sha256:${createHash('sha256')
        .update(JSON.stringify(sorted(index)))
        .digest('hex')}`,
    );
  });

  test('the index: files by path, bytewise, with their roles; no job, manifests or connection', () => {
    const { index } = pack(SMALL);
    expect(index.files.map(({ path, role }) => `${role} ${path}`)).toEqual([
      'migration migrations/1_a.sql',
      'undo migrations/1_a.undo.sql',
      'migration migrations/2_b.sql',
      'migration migrations/3_naïve name.sql',
      'repeatable migrations/R_totals.sql',
    ]);
    expect(index.files[0]).toMatchObject({
      size: 27,
      sha256: createHash('sha256').update(SMALL['1_a.sql']).digest('hex'),
    });
    expect(Object.keys(index.definition.spec).sort()).toEqual(
      [
        'desired',
        'drift',
        'engine',
        'gate',
        'hazards',
        'locks',
        'migrations',
        'mode',
        'rollback',
        'scope',
        'scratch',
      ].sort(),
    );
  });

  test('what counts for the digest and what does not', () => {
    const { digest } = pack(SMALL).index;
    const reversed = Object.fromEntries(Object.entries(SMALL).reverse());
    expect(pack(reversed).index.digest).toBe(digest);
    const otherJob = {
      ...DEFINITION,
      spec: { ...DEFINITION.spec, job: { ...DEFINITION.spec.job, retries: 9 }, manifests: [] },
    };
    expect(pack(SMALL, otherJob).index.digest).toBe(digest);
    expect(pack({ ...SMALL, '1_a.sql': `${SMALL['1_a.sql']} ` }).index.digest).not.toBe(digest);
    const otherGate = { ...DEFINITION, spec: { ...DEFINITION.spec, gate: 'Sync' as const } };
    expect(pack(SMALL, otherGate).index.digest).not.toBe(digest);
  });
});

describe('keys', () => {
  const keys = async (bundle: Bundle) => {
    const [part] = await bundleParts(bundle);
    return [...(part?.data.keys() ?? [])].filter((key) => key !== 'index.json');
  };

  test('are base names where these can be keys', async () => {
    expect(await keys(pack({ '1_a.sql': '', 'R_x-y.sql': '' }))).toEqual(['1_a.sql', 'R_x-y.sql']);
  });

  test('have a hash of the path where they cannot, or where the file lies deeper', async () => {
    const hash = (path: string) => createHash('sha256').update(path).digest('hex').slice(0, 8);
    expect(await keys(pack({ '1_a b.sql': '', '2_é.sql': '' }))).toEqual([
      `1_a_b.sql.${hash('migrations/1_a b.sql')}`,
      `2__.sql.${hash('migrations/2_é.sql')}`,
    ]);
    const long = `1_${'x'.repeat(245)}.sql`;
    const [key = ''] = await keys(pack({ [long]: '' }));
    expect(key).toHaveLength(249);
    expect(key).toMatch(/^[-._a-zA-Z0-9]+$/);
  });
});

describe('unpacking gives back what was packed', () => {
  const same = (a: Bundle, b: Bundle) => {
    expect(b.index.digest).toBe(a.index.digest);
    expect([...b.files.keys()]).toEqual([...a.files.keys()]);
    for (const [path, bytes] of a.files)
      expect(Buffer.compare(bytes, b.files.get(path) ?? Buffer.from('?')), path).toBe(0);
  };

  test('nothing', async () => {
    const bundle = pack({});
    await mount(bundle);
    same(bundle, await unpackBundle(dir));
  });

  test('plain, byte for byte, byte order mark and line endings too', async () => {
    const bundle = pack(SMALL);
    expect(await bundleParts(bundle)).toHaveLength(1);
    await mount(bundle);
    const got = await unpackBundle(dir);
    same(bundle, got);
    const migrations = readMigrations(sourceFiles(got), got.index.definition);
    expect(migrations.map(({ id }) => id)).toEqual(['1', '2', '3', 'R_totals']);
    expect(migrations[0]?.undo?.script.file).toBe('migrations/1_a.undo.sql');
  });

  test('in chunks: a file over several of them, small and empty ones around it', async () => {
    const bundle = pack({
      '1_a.sql': noise(300_000, 'a'),
      '2_big.sql': noise(2_000_000, 'b'),
      '3_empty.sql': '',
      '4_repeats.sql': 'SELECT 1;\n'.repeat(100_000),
      '5_c.sql': 'SELECT 2;',
    });
    const parts = await bundleParts(bundle);
    expect(parts.length).toBeGreaterThan(2);
    for (const { number, data, binaryData } of parts) {
      expect([...data.keys()]).toEqual(number === 0 ? ['index.json'] : []);
      for (const bytes of binaryData.values()) expect(bytes.byteLength).toBeLessThanOrEqual(LIMITS.chunk);
    }
    await mount(bundle);
    same(bundle, await unpackBundle(dir));
  });

  test('what does not compress at all fits its chunks', async () => {
    const bytes = Buffer.concat(
      Array.from({ length: 40_000 }, (_, at) => createHash('sha512').update(`${at}`).digest()),
    );
    const { index } = pack({ '1_a.sql': '' });
    const [file] = index.files;
    if (file === undefined) expect.unreachable();
    const raw: Bundle = {
      index: { ...index, files: [{ ...file, size: bytes.byteLength }] },
      files: new Map([[file.path, bytes]]),
    };
    const chunks = (await bundleParts(raw)).flatMap(({ binaryData }) => [...binaryData.values()]);
    expect(Math.max(...chunks.map((chunk) => chunk.byteLength))).toBeLessThanOrEqual(LIMITS.chunk);
    expect(Buffer.compare(Buffer.concat(chunks.map((chunk) => gunzipSync(chunk))), bytes)).toBe(0);
  });

  test('chunks have the same bytes everywhere: no time, no operating system', async () => {
    const [, chunk] = await bundleParts(pack({ '1_a.sql': 'SELECT 1;\n'.repeat(100_000) }));
    const [[key, bytes] = ['', new Uint8Array()]] = chunk?.binaryData ?? [];
    expect(key).toMatch(/^chunk-00\.[0-9a-f]{8}\.gz$/);
    expect(Buffer.from(bytes.subarray(0, 10)).toString('hex')).toBe('1f8b08000000000002ff');
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(
      'f938c4875a336c5c23697a3764a6188766f4f9ea4b6f34996c6d59028949540b',
    );
  });

  test('as the kubelet mounts it: links behind links', async () => {
    await mkdir(join(dir, '..2025_01'));
    await mount(pack(SMALL), join(dir, '..2025_01'));
    await symlink('..2025_01', join(dir, '..data'));
    await symlink('..data/index.json', join(dir, 'index.json'));
    same(pack(SMALL), await unpackBundle(dir));
  });

  test('what an older bundle left behind is ignored', async () => {
    const big = (seed: string) => pack({ '1_a.sql': noise(2_000_000, seed) });
    await mount(big('old'));
    await mount(big('new'));
    same(big('new'), await unpackBundle(dir));
  });
});

describe('refusals', () => {
  const refused = () => shownError(dir, () => unpackBundle(dir));
  const big = () => pack({ '1_a.sql': noise(2_000_000, 'x') });

  test('nothing there yet', async () => {
    expect(await refused()).toBe(
      'bundle-incomplete\nThe bundle in <dir> has no index.json yet.\nhint: Its ConfigMaps are applied before the Job; look for one that is missing or was refused.\n',
    );
  });

  test('a file or a chunk that is missing', async () => {
    await mount(pack(SMALL));
    await rm(join(dir, '2_b.sql'));
    expect(await refused()).toMatch(/^bundle-incomplete\nThe bundle in <dir> has no 2_b.sql yet/);
    await mount(big());
    const key = [...((await bundleParts(big()))[1]?.binaryData.keys() ?? [])][0] ?? '';
    await rm(join(dir, key));
    expect(await refused()).toMatch(
      /^bundle-incomplete\nThe bundle in <dir> has no chunk-00\.[0-9a-f]{8}\.gz yet/,
    );
  });

  test('chunks of an older bundle only', async () => {
    await mount(pack({ '1_a.sql': noise(2_000_000, 'old') }));
    const [index] = await bundleParts(big());
    await writeFile(join(dir, 'index.json'), index?.data.get('index.json') ?? '');
    expect(await refused()).toMatch(/^bundle-incomplete\n/);
  });

  test('a file of another size, or of other bytes', async () => {
    await mount(pack(SMALL));
    await writeFile(join(dir, '2_b.sql'), 'ALTER TABLE a ADD c int;\n');
    expect(await refused()).toMatch(
      /^bundle-invalid\nThe bundle's index and files do not agree: migrations\/2_b.sql has 25 bytes: expected 26\./,
    );
    await writeFile(join(dir, '2_b.sql'), 'ALTER TABLE a ADD d int;\r\n');
    expect(await refused()).toMatch(/migrations\/2_b.sql has the sha256 [0-9a-f]{64}: expected [0-9a-f]{64}/);
  });

  test('a chunk that is cut short, or is no gzip, or a bomb', async () => {
    await mount(big());
    const key = [...((await bundleParts(big()))[1]?.binaryData.keys() ?? [])][0] ?? '';
    const bytes = await readFile(join(dir, key));
    await writeFile(join(dir, key), bytes.subarray(0, 1000));
    expect(await refused()).toMatch(/^bundle-invalid\n.*chunk-00\.[0-9a-f]{8}\.gz is no gzip that we take/);
    await writeFile(join(dir, key), 'x');
    expect(await refused()).toMatch(/^bundle-invalid\n.*is no gzip that we take/);
    const { gzipSync } = await import('node:zlib');
    await writeFile(join(dir, key), gzipSync(Buffer.alloc(100 * 1024 * 1024)));
    expect(await refused()).toMatch(/^bundle-invalid\n.*is no gzip that we take/);
  });

  const edited = async (
    edit: (index: Record<string, never> & { files: Record<string, unknown>[] }) => void,
  ) => {
    await mount(pack(SMALL));
    const path = join(dir, 'index.json');
    const index = JSON.parse(await readFile(path, 'utf8'));
    edit(index);
    await writeFile(path, JSON.stringify(index));
    return refused();
  };
  const first = (change: Record<string, unknown>) =>
    edited(({ files: [file] }) => Object.assign(file ?? {}, change));

  test('an index that was changed', async () => {
    expect(await first({ role: 'repeatable' })).toMatch(
      /^bundle-invalid\n.*its digest is sha256:[0-9a-f]{64}, and it says sha256:/,
    );
    expect(await first({ path: '../../etc/passwd' })).toMatch(/its list of files is not well formed/);
    expect(await first({ path: '/etc/passwd' })).toMatch(/its list of files is not well formed/);
    expect(await first({ key: '../secret' })).toMatch(/its list of files is not well formed/);
    expect(await first({ key: '..' })).toMatch(/its list of files is not well formed/);
    expect(await first({ size: -1 })).toMatch(/its list of files is not well formed/);
    expect(await first({ path: 'migrations/9_z.sql' })).toMatch(
      /migrations\/1_a.undo.sql is out of order or listed twice/,
    );
    expect(await edited((index) => Object.assign(index, { kind: 'X' }))).toMatch(
      /none of apiVersion mooring.dev\/v1alpha1 and kind Bundle/,
    );
    expect(await edited((index) => Object.assign(index, { name: '\ud800' }))).toMatch(
      /what has no canonical form/,
    );
  });

  test.each(['', '{', '[]', 'null', '"x"', '\u0000'])('an index that is %j', async (text) => {
    await writeFile(join(dir, 'index.json'), text);
    expect(await refused()).toMatch(/^bundle-invalid\nThe bundle's index.json is not one of ours/);
  });

  test('a key that is a link out of the folder', async () => {
    await mount(pack(SMALL));
    await rename(join(dir, '2_b.sql'), join(dir, 'x'));
    await symlink('/etc/hostname', join(dir, '2_b.sql'));
    expect(await refused()).toMatch(/^bundle-invalid\n.*2_b.sql is, or lies behind, a symbolic link/);
  });

  test('more than 20 MiB', async () => {
    const bundle = pack({ '1_a.sql': 'SELECT 1;', '2_big.sql': `-- ${'x'.repeat(20 * 1024 * 1024)}` });
    expect(await shownError(dir, () => bundleParts(bundle))).toBe(
      'bundle-too-large\nThe bundle of orders has 20.0 MiB of files: expected at most 20.0 MiB.\n' +
        'hint: Its largest files are migrations/2_big.sql (20.0 MiB), migrations/1_a.sql (0.0 MiB). ' +
        'Load data by other means than a migration; squash old migrations with `-- mooring: replaces …`.\n',
    );
  });
});
