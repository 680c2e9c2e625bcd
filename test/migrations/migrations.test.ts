import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Definition } from '../../src/api/api.ts';
import { parseDefinition, readDefinition } from '../../src/definition/definition.ts';
import {
  compareVersions,
  type Migration,
  readMigrations,
  readTree,
} from '../../src/migrations/migrations.ts';
import { caseFolders, expectFile, shownError } from '../support/case-folders.ts';

async function migrationsOf(dir: string): Promise<readonly Migration[]> {
  const { definition } = await readDefinition(dir);
  return readMigrations(await readTree(dir, definition), definition);
}

/** What a case expects: all but the text, statements by their SQL. */
function shown({ script, undo, checksum, desired, ...rest }: Migration): unknown {
  const steps = ({ steps }: Migration['script']) =>
    steps.map((step) => (step.type === 'sql' ? `${step.statement.line}: ${step.statement.sql}` : step.type));
  return {
    ...rest,
    checksum: checksum.slice(0, 11),
    file: script.file,
    steps: steps(script),
    directives: script.directives,
    ...(desired === undefined
      ? {}
      : { desired: desired.map((each) => ({ file: each.file, steps: steps(each) })) }),
    ...(undo === undefined
      ? {}
      : {
          undo: {
            file: undo.script.file,
            steps: steps(undo.script),
            checksum: undo.script.checksum.slice(0, 11),
          },
        }),
  };
}

describe('files that are taken', () => {
  test.each(caseFolders('migrations'))('$name', async ({ dir }) => {
    const migrations = await migrationsOf(dir);
    expectFile(dir, 'expected.json', `${JSON.stringify(migrations.map(shown), undefined, 1)}\n`);
  });
});

describe('files that are refused', () => {
  test.each(caseFolders('migrations-refused'))('$name', async ({ dir }) => {
    expectFile(dir, 'expected.txt', await shownError(dir, () => migrationsOf(dir)));
  });
});

test('versions compare as integers of any size, component by component', () => {
  const sorted = [
    '0',
    '1',
    '1.0.1',
    '1.2',
    '1.10',
    '2',
    '010',
    '20240101000000',
    '99999999999999999999999999',
  ];
  expect([...sorted].reverse().sort(compareVersions)).toEqual(sorted);
  for (const [a, b] of [
    ['1', '01'],
    ['1', '1.0'],
    ['1.0', '01.00.000'],
    ['0', '000'],
  ] as const) {
    expect(compareVersions(a, b)).toBe(0);
  }
});

describe('a tree that nobody vouches for', () => {
  let outside: string;
  let dir: string;
  let definition: Definition;

  beforeEach(async () => {
    outside = mkdtempSync(join(tmpdir(), 'mooring-tree-'));
    dir = join(outside, 'schema');
    await mkdir(join(dir, 'migrations'), { recursive: true });
    definition = parseDefinition(
      'apiVersion: mooring.dev/v1alpha1\nkind: DatabaseSchema\nmetadata: {name: a}\n' +
        'spec: {engine: postgres, connection: {urlFrom: {secretKeyRef: {name: a, key: b}}}}\n',
      { file: 'mooring.yaml' },
    );
  });
  afterEach(() => rmSync(outside, { recursive: true, force: true }));

  const withPath = (path: string): Definition => ({
    ...definition,
    spec: { ...definition.spec, migrations: { ...definition.spec.migrations, path } },
  });
  const paths = async (given = definition) => (await readTree(dir, given)).map(({ path }) => path);
  const refused = (given = definition) => shownError(dir, () => readTree(dir, given));

  test('nothing in it', async () => {
    expect(await paths()).toEqual([]);
  });

  test('sorted by bytes, not by language', async () => {
    for (const name of ['2_b.sql', '1_é.sql', '1_z.sql', '1_Z.sql', '1_\u{1f600}.sql', '1_\uff5a.sql']) {
      await writeFile(join(dir, 'migrations', name), '');
    }
    expect(await paths()).toEqual(
      ['1_Z', '1_z', '1_é', '1_\uff5a', '1_\u{1f600}', '2_b'].map((name) => `migrations/${name}.sql`),
    );
  });

  test('a link to a file in the tree is followed', async () => {
    await writeFile(join(dir, 'shared.txt'), 'SELECT 1;');
    await symlink('../shared.txt', join(dir, 'migrations', '1_a.sql'));
    const [file] = await readTree(dir, definition);
    expect(Buffer.from(file?.bytes ?? []).toString()).toBe('SELECT 1;');
  });

  test('a folder that is a link within the tree is followed', async () => {
    await mkdir(join(dir, 'db'));
    await writeFile(join(dir, 'db', '1_a.sql'), '');
    await symlink('db', join(dir, 'linked'));
    expect(await paths(withPath('linked'))).toEqual(['linked/1_a.sql']);
  });

  test.each(['..', '../x', 'a/../../x', '/etc', '..\\x', 'migrations/..'])('path %s', async (path) => {
    expect(await refused(withPath(path))).toMatch(
      /^path-escape\n.* leads out of the schema directory\.\nhint: Keep everything/,
    );
  });

  test.each([
    ['a file outside', '../../secret'],
    ['an absolute path', '/etc/passwd'],
  ])('a link to %s', async (_, to) => {
    await writeFile(join(outside, 'secret'), 'x');
    await symlink(to, join(dir, 'migrations', '1_a.sql'));
    expect(await refused()).toBe(
      'path-escape\nmigrations/1_a.sql is, or lies behind, a symbolic link that leads out of the schema directory.\n' +
        'hint: Keep everything that belongs to a DatabaseSchema in the folder of its mooring.yaml, or below.\n',
    );
  });

  test('a link to a folder outside', async () => {
    await mkdir(join(outside, 'other'));
    await symlink('../other', join(dir, 'other'));
    expect(await refused(withPath('other'))).toMatch(
      /^path-escape\nother is, or lies behind, a symbolic link/,
    );
  });

  test('a link to a folder beside, whose name begins with that of the tree', async () => {
    await mkdir(`${dir}-2`);
    await symlink(`${dir}-2`, join(dir, 'other'));
    expect(await refused(withPath('other'))).toMatch(/^path-escape\n/);
  });

  test('a link to nothing, and one to itself', async () => {
    await symlink('nowhere', join(dir, 'migrations', '1_a.sql'));
    expect(await refused()).toMatch(
      /^file-not-found\nmigrations\/1_a.sql is a symbolic link to something that is not there/,
    );
    rmSync(join(dir, 'migrations', '1_a.sql'));
    await symlink('1_a.sql', join(dir, 'migrations', '1_a.sql'));
    expect(await refused()).toMatch(
      /^file-unreadable\nmigrations\/1_a.sql is a symbolic link that leads to itself/,
    );
  });

  test('a pipe, which would be waited for without end', async () => {
    execFileSync('mkfifo', [join(dir, 'migrations', '1_a.sql')]);
    expect(await refused()).toBe(
      'file-unreadable\nmigrations/1_a.sql is a device, pipe or socket: expected a regular file.\nhint:\n',
    );
  });

  test('a device', async () => {
    await symlink('/dev/zero', join(dir, 'migrations', '1_a.sql'));
    expect(await refused()).toMatch(/^path-escape\n/);
  });

  test('a link to a folder where a file should be', async () => {
    await mkdir(join(dir, 'folder'));
    await symlink('../folder', join(dir, 'migrations', '1_a.sql'));
    expect(await refused()).toMatch(
      /^file-unreadable\nmigrations\/1_a.sql is a folder: expected a regular file/,
    );
  });

  test('more than 100 MiB, without being read', async () => {
    await writeFile(join(dir, 'migrations', '1_a.sql'), '');
    await truncate(join(dir, 'migrations', '1_a.sql'), 300 * 1024 * 1024);
    expect(await refused()).toMatch(
      /^file-too-large\nmigrations\/1_a.sql has 300 MiB: expected at most 100 MiB\.\nhint: Load/,
    );
  });
});
