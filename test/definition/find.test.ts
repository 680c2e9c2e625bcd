import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findDefinitions, theDefinition } from '../../src/definition/definition.ts';
import { shownError } from '../support/case-folders.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'mooring-find-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

async function define(folder: string, name: string, more = ''): Promise<void> {
  const file = join(dir, folder, 'mooring.yaml');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(
    file,
    `apiVersion: mooring.dev/v1alpha1\nkind: DatabaseSchema\nmetadata: {name: ${name}}\nspec:\n  engine: postgres\n` +
      `  connection: {urlFrom: {secretKeyRef: {name: a, key: b}}}\n${more}`,
  );
}

const found = async () => (await findDefinitions(dir)).map((one) => relative(dir, one.dir));
const refused = () => shownError(dir, () => findDefinitions(dir));

describe('definitions below a folder', () => {
  test('none', async () => {
    const expected =
      'definition-not-found\nNo mooring.yaml at or below <dir>.\nhint: Write one with `mooring init <dir>`, or name the folder that holds one.\n';
    expect(await refused()).toBe(expected);
    expect(await shownError(dir, () => theDefinition(dir))).toBe(expected);
  });

  test('sorted by bytes, without dot folders and node_modules', async () => {
    for (const folder of ['b', 'a/x', 'Z', 'é', '.git/c', 'node_modules/d', 'a/node_modules/e']) {
      await define(folder, folder.toLowerCase().replace(/[^a-z]/g, 'x'));
    }
    expect(await found()).toEqual(['Z', 'a/x', 'b', 'é']);
  });

  test('folders behind symbolic links are not entered', async () => {
    await define('a', 'a');
    await symlink('a', join(dir, 'b'));
    await symlink('.', join(dir, 'circle'));
    expect(await found()).toEqual(['a']);
  });

  test('a mooring.yaml that is a link out of its folder', async () => {
    await define('a', 'a');
    await mkdir(join(dir, 'b'));
    await symlink('../a/mooring.yaml', join(dir, 'b', 'mooring.yaml'));
    expect(await refused()).toMatch(
      /^path-escape\n<dir>\/b\/mooring.yaml is, or lies behind, a symbolic link/,
    );
  });

  test('a name twice', async () => {
    await define('a', 'orders');
    await define('b', 'orders');
    expect(await refused()).toBe(
      'definition-duplicate\n<dir>/a/mooring.yaml and <dir>/b/mooring.yaml both have the name "orders".\nhint: Give one of them another metadata.name.\n',
    );
  });

  test('one beside the files of another is fine', async () => {
    await define('.', 'a');
    await define('migrations2', 'b');
    await define('more', 'c');
    expect(await found()).toEqual(['', 'migrations2', 'more']);
  });

  test.each([
    ['migrations', '', 'migrations'],
    ['migrations/deep/er', '', 'migrations'],
    ['db/sql', '  migrations: {path: ./db//sql/}\n', 'db/sql'],
    ['anywhere', '  migrations: {path: .}\n', '.'],
    ['schema', '  mode: declarative\n', 'schema'],
    ['extra/x', '  manifests: [extra/*.yaml]\n', 'extra'],
  ])('one in %s, among the files of another', async (folder, more, named) => {
    await define('.', 'outer', more);
    await define(folder, 'inner');
    expect(await refused()).toBe(
      `definition-nested\n<dir>/${folder}/mooring.yaml lies among the files of <dir>/mooring.yaml, in its folder ${named}.\n` +
        'hint: Put the two side by side, each in a folder of its own.\n',
    );
  });

  test('exactly one where one is needed', async () => {
    await define('a', 'a');
    expect((await theDefinition(dir)).definition.metadata.name).toBe('a');
    await define('b', 'b');
    expect(await shownError(dir, () => theDefinition(dir))).toBe(
      'definition-ambiguous\n2 definitions at or below <dir>: expected exactly one.\n  <dir>/a\n  <dir>/b\nhint: Name the folder of one of them.\n',
    );
  });

  test('a folder that is not there, and a file', async () => {
    expect(await shownError(dir, () => theDefinition(join(dir, 'x')))).toBe(
      'file-not-found\nThe folder <dir>/x is not there.\nhint:\n',
    );
    await writeFile(join(dir, 'x'), '');
    expect(await shownError(dir, () => theDefinition(join(dir, 'x')))).toBe(
      'file-unreadable\n<dir>/x cannot be read: it is a file: expected a folder.\nhint:\n',
    );
  });
});
